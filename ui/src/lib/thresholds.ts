/** From where on a partner's records are odd, unless something else was agreed. */

import type { ThresholdsDto } from '@/api/client';

export const USUAL_THRESHOLDS: ThresholdsDto = {
  session_kwh: 250,
  day_kwh: 500,
  session_hours: 24,
  price_percent: 50,
  clock_s: 120,
  meter_percent: 2,
  cdr_days: 3,
};
