// test-report.mjs REPORT FAILURES - reads vitest's JSON report: prints "PASSED FAILED", and appends to the file FAILURES what failed and why.
import { appendFileSync, readFileSync } from "node:fs";

const LINES_OF_A_REASON = 12;
const [, , reportFile, failuresFile] = process.argv;

const say = (text) => appendFileSync(failuresFile, `FAILED: ${text}\n`);
const reason = (message) => message.split("\n").slice(0, LINES_OF_A_REASON).join("\n    ");

let report;
try {
  report = JSON.parse(readFileSync(reportFile, "utf8"));
} catch (error) {
  say(`no report of the tests: ${error.message}`);
  console.log("0 1");
  process.exit();
}

for (const file of report.testResults) {
  const failed = file.assertionResults.filter((test) => test.status === "failed");
  for (const test of failed) say(`${file.name}: ${test.fullName}: ${reason(test.failureMessages[0] ?? "")}`);
  if (failed.length === 0 && file.status !== "passed") say(`${file.name}: ${reason(file.message ?? "")}`);
}
const failedTests = report.numFailedTests;
if (!report.success && failedTests === 0) say("the run as a whole (an error outside of the tests, or a file that could not be read)");
console.log(report.numPassedTests, failedTests > 0 ? failedTests : report.success ? 0 : 1);
