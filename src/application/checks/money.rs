//! What the member pays: C15, C16, C17. Whole tiyn and whole square decimetres.
//! It never divides, so nothing is ever rounded into or out of a tolerance.

use super::{Failure, observation::Observation, rules::Parameters};
use crate::{application::agreement::Agreement, kernel::Tiyn};

/// C15: housing law 53(9).
pub(super) fn contribution(agreement: &Agreement, parameters: &Parameters) -> Observation {
    let Some(contribution) = &agreement.contribution else {
        return Observation::not_applicable();
    };
    let currency = contribution.currency.as_str();
    Observation::passed()
        .with("contribution", shown(contribution.amount_tiyn.into()))
        .with("currency", currency)
        .with("contribution_currency", &parameters.contribution_currency)
        .fails_if(
            contribution.amount_tiyn <= 0,
            Failure::ContributionNotAboveZero,
        )
        .fails_if(
            currency != parameters.contribution_currency,
            Failure::ContributionInOtherCurrency,
        )
}

/// C16: clause 2(2). `|contribution − cost·area/total| ≤ tolerance·cost·area/total`, multiplied by
/// the total area and by 1000, which keeps all of it whole and within 128 bits.
pub(super) fn proportion(agreement: &Agreement, parameters: &Parameters) -> Observation {
    let object = &agreement.construction_object;
    let told = agreement.contribution.as_ref().zip(object.total_cost);
    let Some((contribution, total_cost)) = told else {
        return Observation::not_applicable();
    };
    if contribution.currency.as_str() != parameters.contribution_currency {
        return Observation::not_applicable();
    }
    let total_area = i128::from(object.total_area.get());
    let paid = i128::from(contribution.amount_tiyn).saturating_mul(total_area);
    let cost = i128::from(total_cost.get()).saturating_mul(i128::from(agreement.share.area.get()));
    let tolerance = parameters.contribution_tolerance_per_mille;
    let is_far = paid.abs_diff(cost).saturating_mul(1000)
        > cost.unsigned_abs().saturating_mul(u128::from(tolerance));
    let whole_cost = cost.checked_div(total_area).unwrap_or_default();
    Observation::passed()
        .with("contribution", shown(contribution.amount_tiyn.into()))
        .with("proportional_cost", shown(whole_cost))
        .with("contribution_tolerance_per_mille", tolerance)
        .fails_if(is_far, Failure::ContributionNotProportional)
}

/// C17: housing law 53(11), 63.
pub(super) fn payments(agreement: &Agreement) -> Observation {
    let Some(contribution) = &agreement.contribution else {
        return Observation::not_applicable();
    };
    let acceptance_on = agreement.construction_object.planned_acceptance_on;
    let amounts = contribution.payments.iter().map(|payment| payment.amount);
    let sum: i128 = amounts.map(|amount| i128::from(amount.get())).sum();
    let observation = Observation::passed()
        .with("payments", shown(sum))
        .with("contribution", shown(contribution.amount_tiyn.into()))
        .fails_if(
            sum != i128::from(contribution.amount_tiyn),
            Failure::PaymentsDoNotAddUp,
        );
    let dates = contribution.payments.iter().map(|payment| payment.due_on);
    match dates.max().zip(acceptance_on) {
        None => observation,
        Some((last_on, acceptance_on)) => observation
            .with("planned_acceptance_on", acceptance_on)
            .with("last_payment_on", last_on)
            .fails_if(last_on > acceptance_on, Failure::PaymentAfterAcceptance),
    }
}

/// As documents print money; what is no possible sum of it, in bare tiyn.
fn shown(tiyn: i128) -> String {
    i64::try_from(tiyn)
        .ok()
        .and_then(|tiyn| Tiyn::new(tiyn).ok())
        .map_or_else(|| format!("{tiyn} tiyn"), |amount| amount.to_string())
}
