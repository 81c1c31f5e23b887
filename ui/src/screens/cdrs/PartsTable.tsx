/** The stated parts beside the replayed ones; the first that disagrees stands out. */

import { type AmountDto, type CdrDetail, PARTS, type Part } from '@/api/client';
import { Difference } from '@/components/Figure';
import { t } from '@/i18n';
import { formatMoney } from '@/lib/decimal';
import { testid } from '@/lib/testids';

type Which = 'excl_vat' | 'incl_vat';

export function PartsTable({ detail, payable }: { detail: CdrDetail; payable: boolean }) {
  const { stated, replayed } = detail;
  const rows = PARTS.filter((part) => part === 'total' || stated[part] || replayed[part]);
  const gross = stated.total?.incl_vat ?? replayed.total?.incl_vat ?? null;
  return (
    <table className="plain-table parts">
      <thead>
        <tr>
          <th>
            <span className="sr-only">{t.detail.parts}</span>
          </th>
          <th className="num">{t.detail.stated}</th>
          <th className="num">{t.detail.replayed}</th>
          <th className="num">{t.detail.difference}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((part) => (
          <PartRow
            key={part}
            part={part}
            which="excl_vat"
            detail={detail}
            payable={payable}
            first={detail.first_disagreement === part}
          />
        ))}
        {gross !== null && (
          <PartRow part="total" which="incl_vat" detail={detail} payable={payable} first={false} />
        )}
      </tbody>
    </table>
  );
}

interface PartRowProps {
  part: Part;
  which: Which;
  detail: CdrDetail;
  payable: boolean;
  first: boolean;
}

function PartRow({ part, which, detail, payable, first }: PartRowProps) {
  const { currency } = detail.row;
  const text = (amount: AmountDto | null) => {
    const figure = amount?.[which] ?? null;
    return figure === null ? (
      <span className="faint">{t.none}</span>
    ) : (
      formatMoney({ amount: figure, currency }, { exact: true })
    );
  };
  const difference = detail.difference[part]?.[which] ?? null;
  const gross = which === 'incl_vat';
  return (
    <tr
      className={`${part === 'total' ? 'parts-total' : ''}${first ? ' parts-first' : ''}`}
      data-testid={gross ? undefined : testid.partRow(part)}
    >
      <td>
        {t.part[part]}
        {part === 'total' && <span className="faint small"> {gross ? t.incl : t.excl}</span>}
        {first && <span className="parts-tag">{t.detail.firstDisagreement}</span>}
      </td>
      <td className="num">{text(detail.stated[part])}</td>
      <td className="num">{text(detail.replayed[part])}</td>
      <td className="num">
        <Difference
          money={difference === null ? null : { amount: difference, currency }}
          payable={payable}
        />
      </td>
    </tr>
  );
}
