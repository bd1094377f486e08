//! The browser's side of CORS.
