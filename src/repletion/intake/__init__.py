"""What a diary delivers, how surely, and how it stands against reference intakes."""
