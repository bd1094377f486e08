//! The names of request headers and of response headers.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::names::{name_problem, repaired};
use super::{At, Check};
use crate::policy::forbidden::{self, Unfit};
use crate::policy::issue::{IssueCode, IssueValue};
use crate::policy::list::List;
use crate::policy::names::{LONGEST_NAME, Names};

impl Check<'_> {
    pub(super) fn request_headers(&mut self) -> Names {
        const FIELD: &str = "allow_headers";
        let config = self.config;
        let members = self.distinct(FIELD, &config.allow_headers, str::to_ascii_lowercase);
        let any = members.iter().any(|at| at.text == "*");
        let is_authorization = |at: &At<'_>| at.text.eq_ignore_ascii_case("authorization");
        let authorization = members.iter().any(is_authorization);
        if any && members.iter().any(|at| at.text != "*" && !is_authorization(at)) {
            self.say_of_field(
                FIELD,
                IssueCode::RequestHeadersAnyWithOthers,
                IssueValue::Absent,
                "`*` means any header but authorization, which alone may stand beside it",
            );
        }
        if any && config.allow_credentials {
            self.say_of_field(
                FIELD,
                IssueCode::WildcardHeadersWithCredentials,
                IssueValue::Absent,
                "with credentials `*` is no wildcard to browsers: each preflight is answered with \
                 the headers it asks for; list those that are needed",
            );
        }
        let mut names = Vec::new();
        for at in members {
            if at.text == "*" {
                continue;
            }
            let name = at.text.to_ascii_lowercase();
            if let Some(problem) = name_problem(at.text, LONGEST_NAME) {
                let suggestion = repaired(at.text, LONGEST_NAME);
                let message = format!("this is no header name: {problem}");
                self.say_instead(at, IssueCode::RequestHeaderInvalid, message, suggestion);
                continue;
            }
            match forbidden::unfit_request_header(&name) {
                Some(Unfit::Forbidden) => self.say(
                    at,
                    IssueCode::RequestHeaderForbidden,
                    "browsers let no script set this header; they set it themselves, and CORS has \
                     no say in it",
                ),
                Some(Unfit::Prohibited) => self.say(
                    at,
                    IssueCode::RequestHeaderProhibited,
                    "this is a header of responses; it needs no permission",
                ),
                None => {
                    if forbidden::is_safelisted_request_header(&name) {
                        self.say(
                            at,
                            IssueCode::RequestHeaderSafelisted,
                            "script may set it without being allowed to, but for odd values",
                        );
                    }
                    names.push(name);
                }
            }
        }
        if any {
            Names::Any { authorization, credentials: config.allow_credentials }
        } else {
            Names::listed(List::sorted(&names))
        }
    }

    pub(super) fn response_headers(&mut self) -> Vec<String> {
        const FIELD: &str = "expose_headers";
        let config = self.config;
        let members = self.distinct(FIELD, &config.expose_headers, str::to_ascii_lowercase);
        let any = self.lists_any(
            &members,
            IssueCode::ExposeAnyWithOthers,
            "`*` means any header: leave the others out, or leave `*` out",
        );
        if any && config.allow_credentials {
            self.say_of_field(
                FIELD,
                IssueCode::ExposeAnyWithCredentials,
                IssueValue::Absent,
                "with credentials browsers take `*` for the name of a header; list the names",
            );
        }
        let mut names = Vec::new();
        for at in members {
            let name = at.text.to_ascii_lowercase();
            if at.text != "*"
                && let Some(problem) = name_problem(at.text, LONGEST_NAME)
            {
                let suggestion = repaired(at.text, LONGEST_NAME);
                let message = format!("this is no header name: {problem}");
                self.say_instead(at, IssueCode::ResponseHeaderInvalid, message, suggestion);
                continue;
            }
            match forbidden::unfit_response_header(&name) {
                Some(Unfit::Forbidden) => self.say(
                    at,
                    IssueCode::ResponseHeaderForbidden,
                    "browsers let no script read this header",
                ),
                Some(Unfit::Prohibited) => self.say(
                    at,
                    IssueCode::ResponseHeaderProhibited,
                    "this header belongs to CORS itself; no script needs to read it",
                ),
                None => {
                    if forbidden::is_safelisted_response_header(&name) {
                        self.say(
                            at,
                            IssueCode::ResponseHeaderSafelisted,
                            "script may read it without being allowed to",
                        );
                    }
                    names.push(name);
                }
            }
        }
        names
    }
}
