//! Who is asked.

mod actix;
mod corsac;
mod floor;
mod hyper_cors;
mod rocket;
mod tower;

use crate::Peer;
use crate::scenarios::Scenario;

/// Everything that is measured, in the order in which it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Implementation {
    /// The service that the tower-like ones are put in front of.
    Bare,
    /// Decides and inserts precomputed values, with none of the rules.
    Floor,
    /// This crate.
    Corsac,
    /// `tower_http::cors`.
    TowerHttp,
    /// `hyper_cors`.
    HyperCors,
    /// A service of actix-web.
    ActixBare,
    /// `actix_cors` in front of it.
    ActixCors,
    /// A service of Rocket.
    RocketBare,
    /// `rocket_cors` in front of it.
    RocketCors,
}

use Implementation::{
    ActixBare, ActixCors, Bare, Corsac, Floor, HyperCors, RocketBare, RocketCors, TowerHttp,
};

/// All of them.
pub const ALL: [Implementation; 9] =
    [Bare, Floor, Corsac, TowerHttp, HyperCors, ActixBare, ActixCors, RocketBare, RocketCors];

impl Implementation {
    /// As it is called in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Bare => "bare",
            Floor => "floor",
            Corsac => "corsac",
            TowerHttp => "tower-http",
            HyperCors => "hyper-cors",
            ActixBare => "bare actix-web",
            ActixCors => "actix-cors",
            RocketBare => "bare rocket",
            RocketCors => "rocket_cors",
        }
    }

    /// The service without CORS; `None` if this is one.
    #[must_use]
    pub fn bare(self) -> Option<Self> {
        match self {
            Bare | ActixBare | RocketBare => None,
            Floor | Corsac | TowerHttp | HyperCors => Some(Bare),
            ActixCors => Some(ActixBare),
            RocketCors => Some(RocketBare),
        }
    }

    /// Whether it must refuse what no browser sends.
    #[must_use]
    pub fn is_strict(self) -> bool {
        matches!(self, Floor | Corsac)
    }

    /// Puts it in front of its service, with the scenario's policy.
    #[must_use]
    pub fn with(self, scenario: &Scenario) -> Box<dyn Peer> {
        match self {
            Bare => tower::bare(scenario),
            Floor => floor::peer(scenario),
            Corsac => corsac::peer(scenario),
            TowerHttp => tower::tower_http(scenario),
            HyperCors => hyper_cors::peer(scenario),
            ActixBare => actix::bare(scenario),
            ActixCors => actix::actix_cors(scenario),
            RocketBare => rocket::bare(scenario),
            RocketCors => rocket::rocket_cors(scenario),
        }
    }
}
