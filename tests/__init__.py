"""Everything that can say the code is wrong; the folders are named after what speaks."""
