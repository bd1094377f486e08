//! [`PolicyBuilder`]: a policy in code, under the names of the document.

use alloc::string::String;

use super::config::PolicyConfig;
use super::issue::{Findings, PolicyError};
use super::{Policy, covered, validate};

impl PolicyConfig {
    /// A document that grants nothing to nobody, and is not a policy until it lists an origin.
    ///
    /// ```
    /// use corsac::PolicyConfig;
    ///
    /// let mut config = PolicyConfig::new();
    /// assert!(config.build().is_err());
    /// config.allow_origins.push("https://app.example.com".to_owned());
    /// assert!(config.build().is_ok());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Compiles the policy.
    ///
    /// ```
    /// use corsac::PolicyConfig;
    ///
    /// let mut config = PolicyConfig::new();
    /// config.allow_origins = vec!["*".to_owned()];
    /// config.allow_credentials = true;
    /// let error = config.build().unwrap_err();
    /// assert_eq!(error.errors()[0].code().as_str(), "origin-any-with-credentials");
    /// ```
    ///
    /// # Errors
    /// [`PolicyError`] names everything that is wrong, with its place, and what to write instead.
    pub fn build(&self) -> Result<Policy, PolicyError> {
        let (parts, findings) = validate::validate(self);
        match parts {
            Some(parts) if findings.errors.is_empty() => Ok(Policy::compiled(parts)),
            _ => Err(PolicyError::new(findings.errors)),
        }
    }

    /// Says everything there is to say about the document: the errors for which
    /// [`build`](Self::build) would refuse it, and the warnings for which it would not.
    ///
    /// ```
    /// use corsac::{IssueCode, PolicyConfig};
    ///
    /// let mut config = PolicyConfig::new();
    /// config.allow_origins = vec!["*".to_owned()];
    /// config.allow_methods = vec!["GET".to_owned()];
    /// let findings = config.check();
    /// assert!(findings.errors().is_empty());
    /// assert_eq!(findings.warnings()[0].code(), IssueCode::MethodSafelisted);
    /// ```
    #[must_use]
    pub fn check(&self) -> Findings {
        let (_, mut findings) = validate::validate(self);
        covered::find_covered_origins(self, &mut findings);
        findings
    }
}

/// Builds a [`Policy`]. Its methods are the fields of [`PolicyConfig`], which says what each means.
///
/// ```
/// use corsac::{PolicyBuilder, PolicyConfig};
///
/// let mut config = PolicyConfig::new();
/// config.allow_origins.push("*".to_owned());
/// let builder = PolicyBuilder::from(config).max_age(600);
/// assert_eq!(builder.config().max_age, Some(600));
/// let policy = builder.build()?;
/// # Ok::<(), corsac::PolicyError>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `build`"]
pub struct PolicyBuilder {
    config: PolicyConfig,
}

/// A method that replaces a list.
macro_rules! list {
    ($name:ident) => {
        #[doc = concat!("Replaces [`PolicyConfig::", stringify!($name), "`].")]
        pub fn $name<S: Into<String>>(mut self, values: impl IntoIterator<Item = S>) -> Self {
            self.config.$name = values.into_iter().map(Into::into).collect();
            self
        }
    };
}

/// A method that sets a switch.
macro_rules! switch {
    ($name:ident) => {
        #[doc = concat!("Sets [`PolicyConfig::", stringify!($name), "`].")]
        pub fn $name(mut self, value: bool) -> Self {
            self.config.$name = value;
            self
        }
    };
}

impl PolicyBuilder {
    pub(super) fn new() -> Self {
        Self::default()
    }

    list!(allow_origins);
    list!(allow_methods);
    list!(allow_headers);
    list!(expose_headers);
    switch!(allow_credentials);

    /// Sets [`PolicyConfig::max_age`], in seconds.
    ///
    /// It is sent as [`Access-Control-Max-Age`](https://fetch.spec.whatwg.org/#http-access-control-max-age).
    ///
    /// ```
    /// let builder = corsac::Policy::builder().max_age(600);
    /// assert_eq!(builder.config().max_age, Some(600));
    /// ```
    pub fn max_age(mut self, seconds: impl Into<i64>) -> Self {
        self.config.max_age = Some(seconds.into());
        self
    }

    /// Sets [`PolicyConfig::preflight_status`].
    ///
    /// ```
    /// let builder = corsac::Policy::builder().preflight_status(200);
    /// assert_eq!(builder.config().preflight_status, 200);
    /// ```
    pub fn preflight_status(mut self, status: u16) -> Self {
        self.config.preflight_status = status;
        self
    }

    switch!(allow_private_network);
    switch!(diagnostics);
    switch!(dynamic_origins);
    switch!(dangerously_allow_null_origin);
    switch!(dangerously_allow_insecure_origins);
    switch!(dangerously_allow_public_suffix_wildcards);

    /// The document that was built so far.
    ///
    /// ```
    /// let builder = corsac::Policy::builder()
    ///     .allow_origins(["https://app.example.com"])
    ///     .allow_credentials(true);
    /// assert_eq!(builder.config().allow_origins, ["https://app.example.com"]);
    /// assert!(builder.config().allow_credentials);
    /// // Warnings too, which `build` does not tell.
    /// assert!(builder.config().check().warnings().is_empty());
    /// ```
    #[must_use]
    pub fn config(&self) -> &PolicyConfig {
        &self.config
    }

    /// Compiles the policy.
    ///
    /// ```
    /// let builder = corsac::Policy::builder().allow_methods(["PUT"]);
    /// assert!(builder.build().is_err());
    /// let policy = builder.allow_origins(["https://app.example.com"]).build()?;
    /// # let _ = policy;
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    ///
    /// # Errors
    /// [`PolicyError`] names everything that is wrong, with its place, and what to write instead.
    pub fn build(&self) -> Result<Policy, PolicyError> {
        self.config.build()
    }
}

impl From<PolicyConfig> for PolicyBuilder {
    fn from(config: PolicyConfig) -> Self {
        Self { config }
    }
}
