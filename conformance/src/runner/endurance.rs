//! [`Endurance`]: when to stop asking somebody who does not answer.

/// How many cases in a row may break before the rest are not asked.
const MOST: usize = 10;

/// How the reason of a case begins that was not asked any more.
pub(super) const NOT_ASKED: &str = "not asked; ";

/// Counts cases that broke, in a row.
#[derive(Clone, Debug, Default)]
pub struct Endurance {
    in_a_row: usize,
    last: String,
}

impl Endurance {
    /// A case was answered.
    pub fn answered(&mut self) {
        self.in_a_row = 0;
    }

    /// A case broke.
    pub fn broke(&mut self, how: &str) {
        self.in_a_row = self.in_a_row.saturating_add(1);
        how.clone_into(&mut self.last);
    }

    /// Why nothing more is asked, once that is so.
    #[must_use]
    pub fn given_up(&self) -> Option<String> {
        (self.in_a_row >= MOST)
            .then(|| format!("given up: {MOST} cases in a row broke, the last so: {}", self.last))
    }
}
