//! Who else may have a layer version (Lambda API reference, AddLayerVersionPermission,
//! RemoveLayerVersionPermission, GetLayerVersionPolicy; messages as LocalStack recorded them against AWS,
//! `test_layer_policy_exceptions`; principals and conditions as in the developer guide, "Granting layer
//! access to other accounts"). A session has one account, so that policies are kept, and nobody asks them.

use super::Call;
use super::error::ApiError;
use super::fields::Fields;
use super::http::Response;
use super::layer_name;
use super::policy::{Policy, Statement, is_account, pattern, principal, statement_id};
use super::world::{Step, World};
use crate::timeline::{LayerVersion, layer_arn};
use crate::units::{RequestId, SessionSeed};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What is said where there is no policy.
const NONE: &str = "No policy is associated with the given resource.";
/// The only thing that can be allowed.
const ACTION: &str = "lambda:GetLayerVersion";
const PRINCIPAL_PATTERN: &str = r"\d{12}|\*|arn:(aws[a-zA-Z-]*):iam::\d{12}:root";
const ORGANIZATION_PATTERN: &str = "o-[a-z0-9]{10,32}";

/// The policy of a layer version.
pub(super) type LayerPolicy = Policy<Sharing>;

/// Whom a policy allows to have the version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sharing {
    id: String,
    /// An account, an account's root, or everybody.
    principal: String,
    /// Only accounts of this organization.
    organization: Option<String>,
}

pub(super) fn add(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let statement = read(&call.fields()?)?;
    let (layer, mut policy) = found(call, world)?;
    policy.check_free(&statement.id)?;
    check_revision(call, world, &layer, &policy)?;
    let added = policy.add(statement, &layer.arn())?;
    let revision = keep(world, &layer, policy);
    let body = json!({"Statement": added, "RevisionId": revision});
    Ok(Step::Answer(Response::json(201, &body)))
}

pub(super) fn remove(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let id = statement_id(call.part(2))?;
    let (layer, mut policy) = found(call, world)?;
    policy.check_any(NONE)?;
    check_revision(call, world, &layer, &policy)?;
    policy.remove(id)?;
    keep(world, &layer, policy);
    Ok(Step::Answer(Response::empty(204)))
}

pub(super) fn get(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let (layer, policy) = found(call, world)?;
    policy.check_any(NONE)?;
    let body = json!({
        "Policy": policy.document(&layer.arn()).to_string(),
        "RevisionId": revision_id(world, &layer, &policy),
    });
    Ok(Step::Answer(Response::json(200, &body)))
}

/// The version that the path names, with its policy.
fn found(call: &Call, world: &World<'_>) -> Result<(LayerVersion, LayerPolicy), ApiError> {
    let name = layer_name::name(call.part(0))?;
    let version = layer_name::number(call.part(1))?;
    let published = world.registry.shelf().version(&name, version);
    let published = published.map(|it| (it.layer.clone(), it.policy.clone()));
    published.ok_or_else(|| {
        let arn = layer_arn(&name);
        ApiError::not_found(format!("Layer version {arn}:{version} does not exist."))
    })
}

/// Whether somebody else changed the policy since the client looked.
fn check_revision(
    call: &Call,
    world: &World<'_>,
    layer: &LayerVersion,
    policy: &LayerPolicy,
) -> Result<(), ApiError> {
    match call.request.parameter("RevisionId") {
        Some(revision) if revision != revision_id(world, layer, policy) => {
            Err(ApiError::precondition("GetLayerPolicy"))
        }
        _ => Ok(()),
    }
}

/// Keeps a policy that was changed; its revision id.
fn keep(world: &mut World<'_>, layer: &LayerVersion, policy: LayerPolicy) -> String {
    let revision = revision_id(world, layer, &policy);
    if let Some(kept) = world.registry.layer_policy(&layer.name, layer.version) {
        *kept = policy;
    }
    revision
}

/// Tells one state of a policy from another: no two versions have the same package.
fn revision_id(world: &World<'_>, layer: &LayerVersion, policy: &LayerPolicy) -> String {
    let number = (u64::from(layer.package.0) << 32) | u64::from(policy.changes());
    RequestId(number).uuid(SessionSeed(world.session.seed.0.rotate_left(2)))
}

fn read(fields: &Fields) -> Result<Sharing, ApiError> {
    let required = |name: &str| fields.required(name, fields.text(name)?);
    let id = statement_id(required("StatementId")?)?;
    let action = required("Action")?;
    if action != ACTION {
        return Err(pattern(action, "action", ACTION));
    }
    let principal = required("Principal")?;
    if !is_principal(principal) {
        return Err(pattern(principal, "principal", PRINCIPAL_PATTERN));
    }
    let organization = fields.text("OrganizationId")?;
    if let Some(other) = organization.filter(|it| !is_organization(it)) {
        return Err(pattern(other, "organizationId", ORGANIZATION_PATTERN));
    }
    Ok(Sharing {
        id: id.to_owned(),
        principal: principal.to_owned(),
        organization: organization.map(str::to_owned),
    })
}

fn is_principal(text: &str) -> bool {
    let account = text.strip_prefix("arn:").and_then(|arn| {
        let (partition, rest) = arn.split_once(":iam::")?;
        let account = rest.strip_suffix(":root")?;
        let beyond = partition.strip_prefix("aws")?;
        let letters = |it: char| it.is_ascii_alphabetic() || it == '-';
        beyond.chars().all(letters).then_some(account)
    });
    text == "*" || is_account(account.unwrap_or(text))
}

fn is_organization(text: &str) -> bool {
    let id = text.strip_prefix("o-").unwrap_or_default();
    let allowed = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit();
    (10..=32).contains(&id.len()) && id.bytes().all(allowed)
}

impl Statement for Sharing {
    fn id(&self) -> &str {
        &self.id
    }

    fn document(&self, arn: &str) -> Value {
        let principal = principal(&self.principal);
        let mut document = json!({
            "Sid": self.id,
            "Effect": "Allow",
            "Principal": principal,
            "Action": ACTION,
            "Resource": arn,
        });
        if let Some(organization) = &self.organization {
            document["Condition"] = json!({"StringEquals": {"aws:PrincipalOrgID": organization}});
        }
        document
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn principals_are_accounts_or_everybody() {
        for text in [
            "*",
            "123456789012",
            "arn:aws:iam::123456789012:root",
            "arn:aws-us-gov:iam::123456789012:root",
        ] {
            assert!(is_principal(text), "{text}");
        }
        for text in [
            "",
            "**",
            "12345678901",
            "arn:123456789012",
            "arn:aws:iam::123456789012:user/ada",
            "arn:aws1:iam::123456789012:root",
            "arn:aws:iam::*:root",
            "lambda.amazonaws.com",
        ] {
            assert!(!is_principal(text), "{text}");
        }
    }

    #[test]
    fn organizations_have_ids_of_theirs() {
        assert!(is_organization("o-t194hfs8cz"));
        for text in ["", "o-", "o-short", "t194hfs8czxx", "o-T194HFS8CZ"] {
            assert!(!is_organization(text), "{text}");
        }
        assert!(!is_organization(&format!("o-{}", "a".repeat(33))));
    }
}
