"""What tests, benchmarks and checks share: a server, a browser, a visitor, and hostile files."""
