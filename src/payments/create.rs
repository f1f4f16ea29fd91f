//! Writes the request for a checkout session in Stripe's words.

use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionAutomaticTax, CreateCheckoutSessionLineItems,
    CreateCheckoutSessionLineItemsPriceData, CreateCheckoutSessionLineItemsPriceDataTaxBehavior,
    CreateCheckoutSessionPhoneNumberCollection, CreateCheckoutSessionShippingAddressCollection,
    CreateCheckoutSessionShippingAddressCollectionAllowedCountries as AllowedCountry,
    CreateCheckoutSessionShippingOptions, CreateCheckoutSessionShippingOptionsShippingRateData as RateData,
    CreateCheckoutSessionShippingOptionsShippingRateDataDeliveryEstimate as Estimate,
    CreateCheckoutSessionShippingOptionsShippingRateDataDeliveryEstimateMaximum as EstimateMaximum,
    CreateCheckoutSessionShippingOptionsShippingRateDataDeliveryEstimateMaximumUnit as MaximumUnit,
    CreateCheckoutSessionShippingOptionsShippingRateDataDeliveryEstimateMinimum as EstimateMinimum,
    CreateCheckoutSessionShippingOptionsShippingRateDataDeliveryEstimateMinimumUnit as MinimumUnit,
    CreateCheckoutSessionShippingOptionsShippingRateDataFixedAmount as FixedAmount,
    CreateCheckoutSessionShippingOptionsShippingRateDataTaxBehavior as RateTaxBehavior,
    CreateCheckoutSessionShippingOptionsShippingRateDataType as RateType, ProductData,
};
use stripe_shared::{CheckoutSessionMode, CheckoutSessionRedirectOnCompletion, CheckoutSessionUiMode};

use super::session::{CreateSession, SessionDelivery, SessionLine, SessionRate, to_provider};
use crate::domain::checkout::CheckoutUi;
use crate::domain::delivery::Country;

/// The request, the same for the same frozen one.
pub(super) fn session_request(request: &CreateSession) -> CreateCheckoutSession {
    let lines: Vec<_> = request.lines.iter().map(|line| line_item(line, request)).collect();
    let mut session = begin(request)
        .mode(CheckoutSessionMode::Payment)
        .line_items(lines)
        .expires_at(request.expires_at)
        .client_reference_id(request.order.to_string())
        .metadata(request.metadata());
    if let Some(delivery) = &request.delivery {
        session = with_delivery(session, delivery, request);
    }
    if request.asks_for_phone {
        session = session.phone_number_collection(CreateCheckoutSessionPhoneNumberCollection::new(true));
    }
    if request.takes_promotion_codes {
        session = session.allow_promotion_codes(true);
    }
    if request.automatic_tax {
        session = session.automatic_tax(CreateCheckoutSessionAutomaticTax::new(true));
    }
    session
}

/// A request with the page it asks for and where the buyer goes from there.
fn begin(request: &CreateSession) -> CreateCheckoutSession {
    let session = CreateCheckoutSession::new();
    match request.ui {
        CheckoutUi::Hosted => session
            .ui_mode(CheckoutSessionUiMode::HostedPage)
            .success_url(&request.success_url)
            .cancel_url(&request.cancel_url),
        CheckoutUi::Embedded => session
            .ui_mode(CheckoutSessionUiMode::EmbeddedPage)
            .redirect_on_completion(CheckoutSessionRedirectOnCompletion::IfRequired)
            .return_url(&request.success_url),
    }
}

fn currency_of(request: &CreateSession) -> stripe_types::Currency {
    let Ok(code) = request.currency.as_str().to_ascii_lowercase().parse();
    code
}

fn line_item(line: &SessionLine, request: &CreateSession) -> CreateCheckoutSessionLineItems {
    let mut price = CreateCheckoutSessionLineItemsPriceData::new(currency_of(request));
    price.unit_amount = Some(to_provider(line.unit_amount, request.currency));
    // Prices are shown with VAT; what the provider works out is a part of them.
    price.tax_behavior =
        request.automatic_tax.then_some(CreateCheckoutSessionLineItemsPriceDataTaxBehavior::Inclusive);
    let mut product = ProductData::new(&line.name);
    product.description.clone_from(&line.description);
    price.product_data = Some(product);
    let mut item = CreateCheckoutSessionLineItems::new();
    item.price_data = Some(price);
    item.quantity = Some(line.units);
    item
}

fn with_delivery(
    session: CreateCheckoutSession,
    delivery: &SessionDelivery,
    request: &CreateSession,
) -> CreateCheckoutSession {
    let countries: Vec<_> = delivery.countries.iter().map(allowed_country).collect();
    let rates: Vec<_> = delivery.rates.iter().map(|rate| shipping_option(rate, request)).collect();
    session
        .shipping_address_collection(CreateCheckoutSessionShippingAddressCollection::new(countries))
        .shipping_options(rates)
}

fn allowed_country(country: &Country) -> AllowedCountry {
    // Codes that the crate does not know travel all the same.
    let Ok(country) = country.as_str().parse();
    country
}

fn shipping_option(rate: &SessionRate, request: &CreateSession) -> CreateCheckoutSessionShippingOptions {
    let mut data = RateData::new(&rate.name);
    data.type_ = Some(RateType::FixedAmount);
    data.fixed_amount =
        Some(FixedAmount::new(to_provider(rate.price, request.currency), currency_of(request)));
    data.tax_behavior = request.automatic_tax.then_some(RateTaxBehavior::Inclusive);
    if rate.min_days.is_some() || rate.max_days.is_some() {
        let mut estimate = Estimate::new();
        estimate.minimum = rate.min_days.map(|days| EstimateMinimum::new(MinimumUnit::BusinessDay, days));
        estimate.maximum = rate.max_days.map(|days| EstimateMaximum::new(MaximumUnit::BusinessDay, days));
        data.delivery_estimate = Some(estimate);
    }
    let mut option = CreateCheckoutSessionShippingOptions::new();
    option.shipping_rate_data = Some(data);
    option
}
