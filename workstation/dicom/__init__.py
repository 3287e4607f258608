"""What a file says, as typed records. The only reader of Part 10 bytes."""
