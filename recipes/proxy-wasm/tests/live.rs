//! The filter in its small host, over a socket, as browsers see it.

live::app_tests!(env!("CARGO_BIN_EXE_proxy-wasm-recipe"));
