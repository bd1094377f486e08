//! The recipe, over a socket, as browsers see it.

live::app_tests!(env!("CARGO_BIN_EXE_warp-recipe"));
