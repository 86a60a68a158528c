"""The audit log's mathematics and formats (RFC 6962, C2SP), without storage."""
