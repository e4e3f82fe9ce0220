"""One step a file; what stands here is never changed."""
