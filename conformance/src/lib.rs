//! Everything of corsac that does input and output.
