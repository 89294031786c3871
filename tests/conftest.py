"""Lists the shared fixtures."""

pytest_plugins = (
    "tests.fixtures.background",
    "tests.fixtures.postgres",
    "tests.fixtures.brokers",
    "tests.fixtures.clock",
    "tests.fixtures.errors",
    "tests.fixtures.properties",
    "tests.fixtures.schedule",
    "tests.fixtures.tokens",
)
