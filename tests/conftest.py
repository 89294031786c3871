"""Lists the shared fixtures."""

pytest_plugins = (
    "tests.fixtures.background",
    "tests.fixtures.sharing",
    "tests.fixtures.postgres",
    "tests.fixtures.brokers",
    "tests.fixtures.clock",
    "tests.fixtures.errors",
    "tests.fixtures.chance",
    "tests.fixtures.schedule",
    "tests.fixtures.selection",
    "tests.fixtures.tokens",
)
