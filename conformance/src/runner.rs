//! The runner: holds an implementation to the suite, and says what came of it.
//!
//! - [`subject`]: whoever is held to it: an [`adaptor`] of the oracle protocol, or a server that a
//!   [`driver`] starts for each policy. [`process`] and [`http`] reach them, whatever they do.
//! - [`play`]: one case of the suite.
//! - [`session`]: a run: which cases ([`selection`]), what each means for it ([`known`] failures),
//!   and when to stop ([`endurance`]).
//! - [`live`] and [`lints`]: a server that runs already, with its policy and without.
//! - [`record`]: a run as data, from which [`console`], [`events`], [`junit`], [`markdown`] and
//!   [`html`] tell.

pub mod adaptor;
pub mod console;
pub mod driver;
pub mod endurance;
pub mod events;
pub mod html;
pub mod http;
pub mod junit;
pub mod known;
pub mod lints;
pub mod live;
pub mod markdown;
pub mod play;
pub mod process;
pub mod progress;
pub mod record;
pub mod selection;
pub mod session;
pub mod subject;
