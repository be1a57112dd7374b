//! What a user has who has signed in.

use super::flow::Operation;
use serde_json::{Map, Value, json};

impl Operation {
    /// The claims of an ID token, with what the function overrides.
    pub(super) fn tokens(&self, response: &Value) -> Value {
        let Some(user) = &self.known else {
            return json!({});
        };
        let seconds = self.context.unix_millis / 1_000;
        let mut claims = Map::new();
        let own = json!({
            "sub": user.sub,
            "email_verified": user.email_verified,
            "cognito:username": self.request.user(),
            "email": user.email,
            "token_use": "id",
            "auth_time": seconds,
            "iat": seconds,
            "exp": seconds + 3_600,
        });
        claims.extend(own.as_object().cloned().unwrap_or_default());
        let overrides = &response["claimsOverrideDetails"];
        if let Some(added) = overrides["claimsToAddOrOverride"].as_object() {
            let reserved = [
                "sub",
                "cognito:username",
                "token_use",
                "auth_time",
                "iat",
                "exp",
            ];
            let added = added
                .iter()
                .filter(|(name, _)| !reserved.contains(&name.as_str()));
            claims.extend(added.map(|(name, value)| (name.clone(), value.clone())));
        }
        for name in overrides["claimsToSuppress"]
            .as_array()
            .into_iter()
            .flatten()
        {
            if let Some(name) = name.as_str() {
                claims.remove(name);
            }
        }
        let groups = &overrides["groupOverrideDetails"]["groupsToOverride"];
        if groups.as_array().is_some_and(|groups| !groups.is_empty()) {
            claims.insert("cognito:groups".to_owned(), groups.clone());
        }
        json!({"AuthenticationResult": {"TokenType": "Bearer", "ExpiresIn": 3_600, "IdTokenClaims": claims}})
    }
}
