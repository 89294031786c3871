"""Lists the shared fixtures."""

pytest_plugins = (
    # Before those that import it: pytest rewrites the assertions of what it loads itself.
    "tests.fixtures.selection",
    "tests.fixtures.garbage",
    "tests.fixtures.background",
    "tests.fixtures.sharing",
    "tests.fixtures.postgres",
    "tests.fixtures.brokers",
    "tests.fixtures.clock",
    "tests.fixtures.errors",
    "tests.fixtures.folders",
    "tests.fixtures.chance",
    "tests.fixtures.schedule",
    "tests.fixtures.tokens",
)
