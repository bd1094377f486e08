//! The filter in its small host, over a socket, as browsers see it.

live::app_tests!(env!("CARGO_BIN_EXE_proxy-wasm-recipe"));

/// The same as WebAssembly, whose file the variable `CORS_FILTER` names.
mod web_assembly {
    use live::case::{ANY, Case, LIST, PATTERNS};
    use live::server::{Server, policies};
    use live::suite;

    fn holds(case: &Case) {
        let filter = std::env::var("CORS_FILTER").expect("CORS_FILTER names the filter's file");
        let program = env!("CARGO_BIN_EXE_proxy-wasm-recipe");
        suite::hold(&Server::start_with(program, &policies().join(case.file), &[&filter]), case);
    }

    #[test]
    #[ignore = "needs what recipes/proxy-wasm/build.sh builds"]
    fn any_origin() {
        holds(&ANY);
    }

    #[test]
    #[ignore = "needs what recipes/proxy-wasm/build.sh builds"]
    fn a_list_with_credentials() {
        holds(&LIST);
    }

    #[test]
    #[ignore = "needs what recipes/proxy-wasm/build.sh builds"]
    fn patterns() {
        holds(&PATTERNS);
    }
}
