"""A pytest plugin for continuous integration: there, a skipped test is a failed one.

A test that concerns one database alone says so: ``pytest.skip("concerns SQLite alone")``.
"""

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    report = yield
    reason = str(report.longrepr)
    if report.skipped and not hasattr(report, "wasxfail") and "concerns " not in reason:
        report.outcome = "failed"
        report.longrepr = f"Nothing may be skipped here: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"Nothing may be skipped here: {report.longrepr}"
    return report
