"""What tests share: servers, builders and tools."""
