/** What a column of a spreadsheet can hold, in plain words and in groups. */

export interface FieldGroup {
  name: string;
  fields: Readonly<Record<string, string>>;
}

export const fieldGroups: readonly FieldGroup[] = [
  {
    name: 'What identifies it',
    fields: {
      id: 'Id of the record',
      session_id: 'Id of the session',
      line_number: 'Number of the line',
      reference: 'Invoice or booking number',
    },
  },
  {
    name: 'Time',
    fields: {
      start_at: 'Start (date, or date and time)',
      start_time: 'Time of day of the start',
      start_zone: 'Time zone of the start',
      end_at: 'End (date, or date and time)',
      end_time: 'Time of day of the end',
      end_zone: 'Time zone of the end',
      duration: 'Duration from start to end',
      charging_time: 'Time of charging',
      parking_time: 'Time of parking without charging',
    },
  },
  {
    name: 'Energy',
    fields: {
      energy: 'Energy',
      meter_start: 'Meter at the start',
      meter_end: 'Meter at the end',
    },
  },
  {
    name: 'Money',
    fields: {
      net: 'Amount without VAT',
      vat: 'Amount of VAT',
      vat_rate: 'VAT rate',
      gross: 'Amount with VAT',
      amount: 'Amount, VAT not said',
      energy_cost: 'Part for energy, without VAT',
      time_cost: 'Part for charging time, without VAT',
      parking_cost: 'Part for parking, without VAT',
      fixed_cost: 'Flat fee, without VAT',
      currency: 'Currency',
    },
  },
  {
    name: 'Place',
    fields: {
      evse: 'Charge point (EVSE)',
      connector: 'Connector',
      location_id: 'Id of the location',
      location_name: 'Name of the location',
      address: 'Street and number',
      city: 'City',
      postal_code: 'Postal code',
      country: 'Country',
    },
  },
  {
    name: 'Driver',
    fields: {
      contract: 'Contract',
      token: 'Card or token',
      provider: 'Provider of the driver',
    },
  },
  {
    name: 'Other',
    fields: {
      meter: 'Name of the meter',
      power_type: 'Kind of power (AC, DC)',
      status: 'State of the session',
      stop_reason: 'Why it ended',
      remark: 'Remark',
    },
  },
];

/** A field's name; one that is not known shows itself rather than nothing. */
export function fieldName(field: string): string {
  const group = fieldGroups.find((one) => field in one.fields);
  return group?.fields[field] ?? field.replaceAll('_', ' ');
}
