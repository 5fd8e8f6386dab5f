"""What a workspace is furnished with: lists, topics, fields and notifications."""
