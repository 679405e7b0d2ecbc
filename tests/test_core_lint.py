"""Core's own linters, run on our addons: indexes, manifests, method names, signatures, routes, domains."""

from lib import odoo, project, templates

CLASSES = (
    "TestIndex",
    "ManifestLinter",
    "TestNaming",
    "TestLintOverrideSignatures",
    "TestDunderinit",
    "RoutesLinter",
    "TestTestHoles",
    "TestOnchangeDomains",
)


def test_core_linters_accept_our_addons(copy_of):
    database = copy_of(templates.suite(project.addons()))
    tags = ",".join(f"/test_lint:{name}" for name in CLASSES)
    log = odoo.run(
        *("-d", database, "-i", "test_lint", "--test-tags", tags, "--stop-after-init", "--no-http"),
        log="test_lint.log",
    )
    assert not odoo.alarms(log)
    assert "0 failed, 0 error(s)" in log
