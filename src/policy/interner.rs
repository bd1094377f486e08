//! [`PolicyInterner`]: one copy of what many policies have in common.

use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use core::fmt;

use super::{Lists, Policy};

/// Lets policies share what is equal in them, for a proxy that keeps one for each customer.
///
/// Most such policies differ in their origins alone. What they allow and expose is then kept once;
/// a policy with one to three origins takes some two hundred bytes of its own. A policy that shares
/// is the same policy in every other respect.
///
/// ```
/// use corsac::{Policy, PolicyInterner};
///
/// let mut interner = PolicyInterner::new();
/// let policies: Result<Vec<Policy>, _> = (0..1000)
///     .map(|customer| {
///         let policy = Policy::builder()
///             .allow_origins([format!("https://customer-{customer}.example")])
///             .allow_methods(["PUT", "DELETE"])
///             .allow_headers(["content-type"])
///             .build()?;
///         Ok::<_, corsac::PolicyError>(interner.share(policy))
///     })
///     .collect();
/// assert_eq!(policies?.len(), 1000);
/// assert_eq!(interner.len(), 1);
/// # Ok::<(), corsac::PolicyError>(())
/// ```
#[derive(Clone, Default)]
pub struct PolicyInterner {
    lists: BTreeSet<Arc<Lists>>,
}

impl PolicyInterner {
    /// One that knows no policy yet.
    ///
    /// ```
    /// let interner = corsac::PolicyInterner::new();
    /// assert!(interner.is_empty());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same policy, sharing what it has in common with those that were given before.
    ///
    /// ```
    /// use corsac::{Policy, PolicyInterner};
    ///
    /// let mut interner = PolicyInterner::new();
    /// let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
    /// let shared = interner.share(policy.clone());
    /// assert_eq!(shared, policy);
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    #[must_use]
    pub fn share(&mut self, policy: Policy) -> Policy {
        if let Some(known) = self.lists.get(&policy.inner.lists) {
            if Arc::ptr_eq(known, &policy.inner.lists) {
                return policy;
            }
            let mut inner = Arc::unwrap_or_clone(policy.inner);
            inner.lists = Arc::clone(known);
            return Policy::new(inner);
        }
        self.lists.insert(Arc::clone(&policy.inner.lists));
        policy
    }

    /// How many different sets of lists it keeps.
    ///
    /// ```
    /// use corsac::{Policy, PolicyInterner};
    ///
    /// let mut interner = PolicyInterner::new();
    /// let a = interner.share(Policy::builder().allow_origins(["https://a.example"]).build()?);
    /// let b = interner.share(Policy::builder().allow_origins(["https://b.example"]).build()?);
    /// // They differ in their origins alone.
    /// assert_eq!(interner.len(), 1);
    /// # let _ = (a, b);
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.lists.len()
    }

    /// Whether it keeps none.
    ///
    /// ```
    /// assert!(corsac::PolicyInterner::default().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    /// Forgets what no policy uses any more.
    ///
    /// ```
    /// use corsac::{Policy, PolicyInterner};
    ///
    /// let mut interner = PolicyInterner::new();
    /// let policy = Policy::builder().allow_origins(["https://a.example"]).build()?;
    /// let policy = interner.share(policy);
    /// interner.release_unused();
    /// assert_eq!(interner.len(), 1);
    /// drop(policy);
    /// interner.release_unused();
    /// assert!(interner.is_empty());
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    pub fn release_unused(&mut self) {
        self.lists.retain(|lists| Arc::strong_count(lists) > 1);
    }
}

impl fmt::Debug for PolicyInterner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyInterner").field("len", &self.len()).finish_non_exhaustive()
    }
}
