import type { XmlElement } from "../../xml/element.ts";
import { parseXml } from "../../xml/parse.ts";

/** Three nodes (one in standby, one down), an address that failed once, a group of which one member is disabled. For tests. */
export const SAMPLE_CIB = `
<cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="3" num_updates="1" have-quorum="1" dc-uuid="1"
  cib-last-written="Sat Nov 21 01:00:00 2026" update-user="root" update-client="cibadmin" update-origin="n1">
  <configuration>
    <crm_config>
      <cluster_property_set id="cib-bootstrap-options">
        <nvpair id="o1" name="fencing-enabled" value="false"/>
        <nvpair id="o2" name="cluster-infrastructure" value="heartbeat"/>
        <nvpair id="o3" name="dc-version" value="0.1.0"/>
      </cluster_property_set>
    </crm_config>
    <nodes>
      <node id="1" uname="n1"><instance_attributes id="a1"><nvpair id="a1p" name="pingd" value="1000"/></instance_attributes></node>
      <node id="2" uname="n2"><instance_attributes id="a2"><nvpair id="a2p" name="standby" value="on"/></instance_attributes></node>
      <node id="3" uname="n3"/>
    </nodes>
    <resources>
      <primitive id="ip" class="ocf" provider="heartbeat" type="IPaddr2">
        <instance_attributes id="ip-p"><nvpair id="ip-p-ip" name="ip" value="192.0.2.1"/></instance_attributes>
      </primitive>
      <group id="web">
        <primitive id="fs" class="ocf" provider="heartbeat" type="Filesystem"/>
        <primitive id="www" class="lsb" type="httpd">
          <meta_attributes id="www-m"><nvpair id="www-m-t" name="target-role" value="Stopped"/></meta_attributes>
        </primitive>
      </group>
    </resources>
    <constraints/>
  </configuration>
  <status>
    <node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member">
      <transient_attributes id="1">
        <instance_attributes id="status-1">
          <nvpair id="s1" name="fail-count-ip#monitor_10000" value="2"/>
          <nvpair id="s2" name="last-failure-ip#monitor_10000" value="500"/>
        </instance_attributes>
      </transient_attributes>
      <lrm id="1"><lrm_resources>
        <lrm_resource id="ip" class="ocf" provider="heartbeat" type="IPaddr2">
          <lrm_rsc_op id="ip_last_failure_0" operation_key="ip_monitor_10000" operation="monitor" interval="10000" call-id="12" rc-code="7"
            op-status="0" exit-reason="address gone" transition-key="3:1:0:x" last-rc-change="500" exec-time="12" queue-time="0"/>
          <lrm_rsc_op id="ip_last_0" operation_key="ip_start_0" operation="start" interval="0" call-id="13" rc-code="0" op-status="0"
            transition-key="3:2:0:x" last-rc-change="501" exec-time="33" queue-time="1"/>
        </lrm_resource>
        <lrm_resource id="fs" class="ocf" provider="heartbeat" type="Filesystem">
          <lrm_rsc_op id="fs_last_0" operation_key="fs_start_0" operation="start" interval="0" call-id="15" rc-code="0" op-status="0"
            transition-key="3:2:0:x" last-rc-change="501" exec-time="33" queue-time="1"/>
        </lrm_resource>
      </lrm_resources></lrm>
    </node_state>
    <node_state id="2" uname="n2" in_ccm="true" crmd="online" join="member" expected="member"/>
  </status>
</cib>`.trim();

/** The sample, parsed; `edit` changes its text before. */
export function sampleCib(edit: (text: string) => string = (text) => text): XmlElement {
  const parsed = parseXml(edit(SAMPLE_CIB));
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}
