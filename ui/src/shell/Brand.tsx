/** The mark: a tally group whose fifth stroke is a bolt. */

export function Brand() {
  return (
    <svg width="24" height="24" viewBox="0 0 16 16" aria-hidden>
      <rect width="16" height="16" rx="3" fill="#0f3d44" />
      <g fill="#fff">
        <rect x="3" y="2" width="1" height="12" />
        <rect x="6" y="2" width="1" height="12" />
        <rect x="9" y="2" width="1" height="12" />
        <rect x="12" y="2" width="1" height="12" />
      </g>
      <path
        d="M15.5 2.5 4.5 7.4l2.4 1.3L.5 13.5l11-4.9-2.4-1.3Z"
        fill="#ffb81c"
        stroke="#0f3d44"
        strokeWidth="1.1"
        strokeLinejoin="round"
        paintOrder="stroke"
      />
    </svg>
  );
}
