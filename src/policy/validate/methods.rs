//! Methods.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::vec::Vec;

use super::names::{name_problem, repaired};
use super::{At, Check};
use crate::policy::forbidden;
use crate::policy::issue::IssueCode;
use crate::policy::list::List;
use crate::policy::methods::{LONGEST_METHOD, Methods};

impl Check<'_> {
    pub(super) fn methods(&mut self) -> Methods {
        const FIELD: &str = "allow_methods";
        let config = self.config;
        let members = self.distinct(FIELD, &config.allow_methods, |text| text);
        let any = self.lists_any(
            &members,
            IssueCode::MethodsAnyWithOthers,
            "`*` means any method: leave the others out, or leave `*` out",
        );
        let mut names = Vec::new();
        for at in members {
            if at.text == "*" {
                continue;
            }
            if let Some(problem) = name_problem(at.text, LONGEST_METHOD) {
                let suggestion = repaired(at.text, LONGEST_METHOD);
                let message = format!("this is no method: {problem}");
                self.say_instead(at, IssueCode::MethodInvalid, message, suggestion);
            } else if forbidden::is_forbidden_method(at.text) {
                self.say(at, IssueCode::MethodForbidden, "browsers let no script use this method");
            } else {
                self.doubt_method(at);
                names.push(at.text.to_owned());
            }
        }
        if any {
            Methods::Any { credentials: config.allow_credentials }
        } else {
            Methods::Listed(List::new(&names))
        }
    }

    fn doubt_method(&mut self, at: At<'_>) {
        /// Those that are in use, of the registry of RFC 9110 and after.
        const KNOWN: [&str; 18] = [
            "GET",
            "HEAD",
            "POST",
            "PUT",
            "DELETE",
            "PATCH",
            "OPTIONS",
            "QUERY",
            "PROPFIND",
            "PROPPATCH",
            "MKCOL",
            "COPY",
            "MOVE",
            "LOCK",
            "UNLOCK",
            "REPORT",
            "SEARCH",
            "PURGE",
        ];
        let upper = at.text.to_ascii_uppercase();
        if matches!(at.text, "GET" | "HEAD" | "POST") {
            self.say(at, IssueCode::MethodSafelisted, "CORS always allows this method");
        } else if at.text == "OPTIONS" {
            self.say(
                at,
                IssueCode::OptionsMethod,
                "this lets script use OPTIONS itself; preflights need no such permission",
            );
        } else if upper != at.text && KNOWN.contains(&upper.as_str()) {
            let message =
                format!("methods are compared with regard to case: {upper} is another method");
            self.say_instead(at, IssueCode::MethodCase, message, Some(upper));
        }
    }
}
