//! corsac as a [proxy-wasm](https://github.com/proxy-wasm/spec) filter, for Envoy and other proxies
//! that run such.
//!
//! Its configuration is a policy in TOML. What it decides is in [`decided`], which knows nothing of
//! proxies.

pub mod decided;

use corsac::{OWNED_FIELDS, Policy, PolicyConfig};
use decided::Decided;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType, LogLevel};

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Info);
    proxy_wasm::set_root_context(|_| Box::new(Root { policy: None }));
}}

struct Root {
    policy: Option<Policy>,
}

impl Context for Root {}

impl RootContext for Root {
    /// A configuration that is no policy is refused, so that the proxy stays with the last good one
    /// or does not start; it is for the proxy to say so.
    fn on_configure(&mut self, _: usize) -> bool {
        let text = self.get_plugin_configuration().unwrap_or_default();
        match read_policy(&text) {
            Ok(policy) => {
                self.policy = Some(policy);
                true
            }
            Err(error) => {
                log::error!("{error}");
                false
            }
        }
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }

    fn create_http_context(&self, _: u32) -> Option<Box<dyn HttpContext>> {
        let policy = self.policy.clone()?; // a counted reference
        Some(Box::new(Filter { policy, decided: Decided::default() }))
    }
}

/// Reads the configuration.
///
/// # Errors
/// What is wrong with it, and what to do.
pub fn read_policy(text: &[u8]) -> Result<Policy, String> {
    let text = std::str::from_utf8(text)
        .map_err(|_| "the configuration is not UTF-8; write a policy in TOML".to_owned())?;
    let config: PolicyConfig = toml::from_str(text)
        .map_err(|error| format!("the configuration is no policy:\n{error}"))?;
    config.build().map_err(|errors| format!("the policy cannot stand:\n{errors}"))
}

/// One request.
struct Filter {
    policy: Policy,
    decided: Decided,
}

impl Context for Filter {}

impl HttpContext for Filter {
    fn on_http_request_headers(&mut self, _: usize, _: bool) -> Action {
        self.decided = Decided::of(&self.policy, &self.get_http_request_headers_bytes());
        if let Some(refusal) = &self.decided.refusal {
            log::info!("{refusal}");
        }
        if let Some(status) = self.decided.preflight {
            let fields = self.decided.to_add(&[]);
            let fields = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            self.send_http_response(status.into(), fields, None);
            return Action::Pause;
        }
        Action::Continue
    }

    /// The answer of the upstream, or one that the proxy makes itself, such as when the upstream is
    /// down: both come by here. So does the answer to a preflight in some proxies, and is the same
    /// after it.
    fn on_http_response_headers(&mut self, _: usize, _: bool) -> Action {
        for name in OWNED_FIELDS {
            self.remove_http_response_header(name);
        }
        for (name, value) in self.decided.to_add(&self.get_http_response_headers_bytes()) {
            self.add_http_response_header(name, &value);
        }
        Action::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::read_policy;

    #[test]
    fn a_configuration_that_is_no_policy_is_refused_and_told_why() {
        let error = |text: &[u8]| read_policy(text).expect_err("it is no policy");
        assert!(error(b"\xff").contains("not UTF-8"));
        assert!(error(b"").contains("[origins-missing]"));
        assert!(error(b"allow_origins = [").contains("is no policy"));
        assert!(error(b"allow_orgins = ['*']").contains("allow_origins"));
        assert!(read_policy(b"allow_origins = ['*']").is_ok());
    }
}
