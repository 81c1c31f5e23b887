/**
 * What each finding says to a person: a short name for lists, a sentence that says what it means.
 * Keys are the stable codes of the engine; a test compares them with the generated types.
 */

export interface FindingText {
  name: string;
  sentence: string;
}

const say = (name: string, sentence: string): FindingText => ({ name, sentence });

export const findings: Readonly<Record<string, FindingText>> = {
  total_mismatch: say(
    'Total differs',
    'The stated total is not what the tariff gives for the measured values.',
  ),
  part_mismatch: say(
    'A part differs',
    'One part of the stated cost is not what the tariff gives; the total may still fit.',
  ),
  parts_do_not_sum: say(
    'Parts do not add up',
    'The stated parts do not add up to the stated total, and no minimum or maximum explains it.',
  ),
  energy_mismatch: say(
    'Energy differs',
    'The stated energy is not the sum of the periods, or not what the session says.',
  ),
  energy_unit_suspect: say(
    'Energy looks like watt-hours',
    'The energy is about a thousand times too large. It was left as it is.',
  ),
  time_mismatch: say('Times differ', 'The stated duration is not the time from start to end.'),
  volume_disagrees_with_timestamps: say(
    'Hours and clock disagree',
    'The hours of a period are not the time between its start and its end.',
  ),
  period_not_split: say(
    'Period crosses a tariff boundary',
    'The price changes inside a period, so the period should have been two.',
  ),
  period_out_of_session: say(
    'Period outside the session',
    'A period starts before the session or after its end.',
  ),
  dimension_missing: say(
    'A measured value is missing',
    'The tariff has a price for something this CDR does not report.',
  ),
  dimension_not_allowed: say(
    'A measured value that does not belong here',
    'This version of OCPI does not allow the value in a CDR. It was not priced.',
  ),
  tariff_missing: say(
    'No tariff known',
    'Without a tariff the price cannot be replayed. Import the tariff of this partner.',
  ),
  tariff_ambiguous: say('Several tariffs fit', 'More than one tariff fits; the first was taken.'),
  tariff_not_valid_at_start: say(
    'Tariff not valid then',
    'The tariff was not valid when the session started.',
  ),
  tariff_differs_from_location: say(
    'Not the published price',
    'The tariff in the CDR gives another price than the one the partner had published by then.',
  ),
  currency_mismatch: say(
    'Currencies differ',
    "The tariff's currency is not the CDR's. Nothing is converted.",
  ),
  flat_ambiguous: say(
    'Flat fee can be read two ways',
    'Two readings of the flat fee give different amounts.',
  ),
  step_ambiguous: say(
    'Step size can be read two ways',
    'One element has several prices for the same thing; the first was taken.',
  ),
  reservation_state_unknown: say(
    'Reservation used or expired?',
    'It cannot be told whether the reservation was used or ran out.',
  ),
  zone_unknown: say(
    'Time zone unknown',
    'The tariff depends on local time, and the time zone of the location is not known.',
  ),
  power_unknown: say(
    'Power unknown',
    'The tariff depends on power or current, and the period states none.',
  ),
  tax_missing: say('Tax missing', 'A tax figure is absent where one is due.'),
  tax_rate_unexpected: say(
    'Another tax rate',
    'The net price is right, but the gross price holds another rate of tax than the tariff names.',
  ),
  tax_sum_mismatch: say(
    'Taxes do not add up',
    'The named taxes are not the difference between gross and net.',
  ),
  duplicate_cdr: say('Same CDR again', 'Another CDR bills the same charging.'),
  cdr_changed: say(
    'CDR changed afterwards',
    'The same CDR came again with other content, which OCPI forbids. Both are kept.',
  ),
  credit_without_original: say(
    'Credit without its original',
    'This CDR cancels one that we do not have.',
  ),
  credit_twice: say('Credited twice', 'The original was credited before.'),
  credit_amount: say(
    'Credit amount differs',
    'The credited amount is not the negative of the original.',
  ),
  credit_currency: say('Credit in another currency', 'Credit and original differ in currency.'),
  session_missing: say('No session', 'No session is known for this CDR.'),
  session_invalid: say('Session is invalid', 'The session is INVALID and may not be billed.'),
  session_overlap: say(
    'Sessions overlap',
    'The same token or the same connector was charging elsewhere at the same time.',
  ),
  last_updated_before_end: say(
    'Updated before its end',
    'The CDR was last updated before the session ended.',
  ),
  end_before_start: say('Ends before it starts', 'The end lies before the start.'),
  epoch_date: say('Date unknown', 'The date is 1970-01-01, which means “unknown”.'),
  future_date: say('In the future', 'The session lies in the future.'),
  schema_missing_field: say('Field missing', 'A field that OCPI demands is absent.'),
  schema_wrong_type: say('Field of another type', 'A field has another type than OCPI says.'),
  schema_length: say('Text too long', 'A text is longer than OCPI allows. All of it was kept.'),
  schema_enum: say('Unknown value', 'A value is not on the list that OCPI gives for it.'),
  schema_datetime: say('Unusual time format', 'A time is not written the way OCPI demands.'),
  not_json: say('Not readable', 'This is not JSON, or it was cut off.'),
  unknown_object: say('Not recognised', 'This is JSON, but none of the things Tallywatt knows.'),
  party_unknown: say('Partner unknown', 'It is not known whose record this is. Choose a partner.'),
  foreign_party: say(
    'Of another party',
    'The partner sent a record of a party it does not speak for. It was not taken over.',
  ),
  charger_log: say(
    'Charger’s log',
    'Something about the charger’s transaction was put right by a stated rule, or is odd in its log.',
  ),
  no_cdr_made: say('No CDR made', 'No CDR can be made of this charger’s transaction.'),
  too_many_decimals: say('Many decimals', 'A figure has more than six decimals; its text is kept.'),
  out_of_range: say('Figure too large', 'A figure is too large to keep.'),
  price_may_be_outside_elements: say(
    'Price may be elsewhere',
    'The tariff points to a text or page that may hold a price.',
  ),
  tax_included_missing: say(
    'Net or gross not said',
    'The tariff must say whether tax is included and does not; read as not included.',
  ),
  zero_energy_with_cost: say(
    'Cost without energy',
    'No energy was delivered, yet there is a cost.',
  ),
  negative_energy: say('Negative energy', 'The energy is below zero.'),
  not_a_number: say('No number in the cell', 'A number is due here and the cell holds none.'),
  not_a_date: say('No date in the cell', 'A date is due here and the cell holds none.'),
  missing_value: say('Empty cell', 'A cell that must be filled is empty.'),
  energy_missing: say('No energy in the row', 'The row says nothing about energy.'),
  duplicate_row: say('Row stands twice', 'The row repeats another row of the file exactly.'),
  price_missing: say('No price in the row', 'The file has no price for this row.'),
  local_time_assumed: say('Local time assumed', 'Local time was read in the partner’s zone.'),
  truth_energy: say(
    'Other energy counts',
    'By the agreement another source counts for the energy, and it says something else than the CDR.',
  ),
  truth_time: say(
    'Other start or end counts',
    'By the agreement another source counts for start or end, and it says something else than the CDR.',
  ),
  date_order_suspect: say(
    'Day or month first?',
    'Dates of the file can be read both ways; read day first or month first, they give other days.',
  ),
  end_missing: say('No end', 'The row or record does not say when the session ended.'),
  limits_ambiguous: say(
    'Price limit can be read two ways',
    'Two readings of the minimum or maximum price give different amounts.',
  ),
  local_time_ambiguous: say(
    'Local time happens twice',
    'The clock was set back then, so this local time is there twice; the first was taken.',
  ),
  parking_disagrees_with_energy: say(
    'Parking while energy flowed',
    'A period reports parking time and energy at once.',
  ),
  window_ambiguous: say(
    'Time window can be read two ways',
    'Two readings of a time window in the tariff give different amounts.',
  ),
  clock_differs: say(
    'Times are not the session’s',
    'Start or end of the CDR lie more than two minutes from those of its session.',
  ),
  local_time_as_utc: say(
    'Local time written as UTC',
    'Start and end are those of the session, shifted by the hours of the time zone.',
  ),
  month_differs: say(
    'Other month than its session',
    'The CDR is settled in another month than its session ended in.',
  ),
  late_cdr: say(
    'Came late',
    'The CDR came after an invoice of its month was issued; it goes on the next one.',
  ),
  changed_since_decided: say(
    'Changed since you decided',
    'It was accepted, and its replay gives another figure since. Decide again.',
  ),
  token_unknown: say('Token unknown', 'The token is none of those that are in the book.'),
  token_not_ours: say('Token of another provider', 'The token was issued by another provider.'),
  energy_above_power: say(
    'More energy than the power allows',
    'The connector cannot give that much energy in the time.',
  ),
  energy_above_battery: say(
    'More energy than a battery holds',
    'The session took more energy than any car’s battery holds.',
  ),
  energy_above_day: say(
    'Much energy in a day',
    'The token took more energy within 24 hours than is usual.',
  ),
  cost_without_time: say('Cost without time', 'The session ends when it starts, and costs.'),
  session_too_long: say('Longer than a night', 'The session lasted longer than a night.'),
  price_out_of_line: say(
    'Unusual price per kWh',
    'The price per kWh is not what is usual at the location.',
  ),
};
