#!/usr/bin/env python3
"""Writes clusters whose constraints are many, long or contradictory: hard-cibs.py FOLDER

All are valid, nothing runs yet, and a plan has to come to an end for each (docs/scheduler-speed.md).
"""
import os
import sys


def cib(resources, constraints='', nodes=4, options=''):
    fencing = '<nvpair id="o-fencing" name="fencing-enabled" value="false"/>'
    names = ''.join(f'<node id="{i}" uname="n{i}"/>' for i in range(1, nodes + 1))
    states = ''.join(
        f'<node_state id="{i}" uname="n{i}" in_ccm="true" crmd="online" join="member" expected="member">'
        f'<lrm id="{i}"><lrm_resources/></lrm></node_state>' for i in range(1, nodes + 1))
    return (
        '<cib crm_feature_set="3.20.0" validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="1" have-quorum="1" dc-uuid="1">'
        f'<configuration><crm_config><cluster_property_set id="o">{fencing}{options}</cluster_property_set></crm_config>'
        f'<nodes>{names}</nodes><resources>{resources}</resources><constraints>{constraints}</constraints></configuration>'
        f'<status>{states}</status></cib>')


def primitive(name, inside=''):
    return f'<primitive id="{name}" class="ocf" provider="heartbeat" type="Dummy">{inside}</primitive>'


def primitives(count, prefix='r'):
    return ''.join(primitive(f'{prefix}{i}') for i in range(count))


def meta(owner, **pairs):
    found = ''.join(f'<nvpair id="{owner}-{n}" name="{n.replace("_", "-")}" value="{v}"/>' for n, v in pairs.items())
    return f'<meta_attributes id="{owner}-meta">{found}</meta_attributes>'


def colocation(one, other, score='INFINITY'):
    return f'<rsc_colocation id="c-{one}-{other}" rsc="{one}" with-rsc="{other}" score="{score}"/>'


def order(first, then):
    return f'<rsc_order id="o-{first}-{then}" first="{first}" then="{then}"/>'


def clones(count, **pairs):
    return ''.join(f'<clone id="c{k}">{meta(f"c{k}", **pairs)}{primitive(f"r{k}")}</clone>' for k in range(count))


def pairs(count):
    return [(a, b) for a in range(count) for b in range(count) if a != b]


def sets(kind, count, size, attributes=''):
    members = ''.join(
        f'<resource_set id="{kind}-{s}" sequential="false">'
        + ''.join(f'<resource_ref id="r{s * size + i}"/>' for i in range(size)) + '</resource_set>' for s in range(count))
    return f'<rsc_{kind} id="{kind}"{attributes}>{members}</rsc_{kind}>'


def bundle(k):
    return (f'<bundle id="b{k}"><docker image="x" replicas="40" replicas-per-host="20"/>'
            f'<network control-port="99" ip-range-start="10.0.{k}.10"/>{primitive(f"r{k}")}</bundle>')


def utilization(k):
    return f'<utilization id="u{k}"><nvpair id="u{k}-cpu" name="cpu" value="1"/></utilization>'


ROW = 5000
SHAPES = {
    'colocation-row': lambda: cib(primitives(ROW), ''.join(colocation(f'r{i + 1}', f'r{i}') for i in range(ROW - 1))),
    'colocation-row-back': lambda: cib(primitives(ROW), ''.join(colocation(f'r{i}', f'r{i + 1}', 100) for i in range(ROW - 1))),
    'colocation-circle': lambda: cib(primitives(ROW), ''.join(colocation(f'r{i}', f'r{(i + 1) % ROW}') for i in range(ROW))),
    'colocation-of-all': lambda: cib(primitives(300), ''.join(
        colocation(f'r{a}', f'r{b}', (a * 7 + b * 13) % 50 - 20) for a, b in pairs(300))),
    'colocation-of-sets': lambda: cib(primitives(600), sets('order', 10, 60) + sets('colocation', 10, 60, ' score="INFINITY"')),
    'order-row': lambda: cib(primitives(ROW), ''.join(order(f'r{i}', f'r{i + 1}') for i in range(ROW - 1))),
    'order-row-back': lambda: cib(primitives(ROW), ''.join(order(f'r{i + 1}', f'r{i}') for i in range(ROW - 1))),
    'order-circle': lambda: cib(primitives(ROW), ''.join(order(f'r{i}', f'r{(i + 1) % ROW}') for i in range(ROW))),
    'order-of-all': lambda: cib(primitives(300), ''.join(order(f'r{a}', f'r{b}') for a, b in pairs(300))),
    'group': lambda: cib(f'<group id="g">{primitives(3000)}</group>'),
    'groups-in-circles': lambda: cib(
        ''.join(f'<group id="g{k}">{primitives(30, f"r{k}-")}</group>' for k in range(40)),
        ''.join(colocation(f'g{a}', f'g{b}') + order(f'g{a}', f'g{b}') for a, b in pairs(40))),
    'clones': lambda: cib(clones(60, interleave='true'), ''.join(
        order(f'c{a}', f'c{b}') + colocation(f'c{b}', f'c{a}') for a, b in pairs(60) if a < b), nodes=32),
    'clones-in-circles': lambda: cib(clones(60, interleave='true'), ''.join(
        order(f'c{a}', f'c{b}') + colocation(f'c{b}', f'c{a}') for a, b in pairs(60)), nodes=32),
    'instances': lambda: cib(
        f'<clone id="c">{meta("c", globally_unique="true", clone_max=3000, clone_node_max=1000)}{primitive("r")}</clone>'),
    'promotable-clones': lambda: cib(clones(40, promotable='true', notify='true', promoted_max=16), ''.join(
        colocation(f'c{b}', f'c{a}', (a - b) * 10) for a, b in pairs(40)), nodes=32),
    'bundles': lambda: cib(''.join(bundle(k) for k in range(12)), ''.join(
        colocation(f'b{b}', f'b{a}') for a, b in pairs(12) if a < b), nodes=8),
    'utilization': lambda: cib(
        ''.join(primitive(f'r{i}', utilization(i)) for i in range(3000)), nodes=32,
        options='<nvpair id="o-placement" name="placement-strategy" value="balanced"/>'),
}

if len(sys.argv) != 2:
    sys.exit(__doc__)
os.makedirs(sys.argv[1], exist_ok=True)
for name, make in SHAPES.items():
    with open(os.path.join(sys.argv[1], f'{name}.xml'), 'w') as file:
        file.write(make())
