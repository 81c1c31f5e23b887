/** Problems in plain language: what happened, what it means for the work, what to do. */

export interface ProblemText {
  happened: string;
  means: string;
  todo: string;
}

const say = (happened: string, means: string, todo: string): ProblemText => ({
  happened,
  means,
  todo,
});

const SAFE = 'Nothing was changed.';

const problems: Readonly<Record<string, ProblemText>> = {
  book_locked: say(
    'Another program has this book open.',
    `${SAFE} Only one program can write at a time.`,
    'Close the other window or wait for its work to end, then try again.',
  ),
  book_missing: say(
    'The book is not where it was.',
    'Your data could not be opened.',
    'Put the file back, or open another book.',
  ),
  book_newer: say(
    'This book was made by a newer Tallywatt.',
    `${SAFE} An older program must not write into it.`,
    'Install the newer version and open the book again.',
  ),
  book_damaged: say(
    'The book cannot be read.',
    'Its file is damaged or is not a Tallywatt book.',
    'Restore the last backup; the damaged file was left as it is.',
  ),
  book_failed: say(
    'The book could not be read or written.',
    'The last step was not stored; everything before it is safe.',
    'Check free disk space and whether the file may be written, then try again.',
  ),
  book_not_written: say(
    'The book’s file could not be opened or written.',
    'The last step was not stored; everything before it is safe.',
    'Check free disk space and whether the folder may be written, then try again.',
  ),
  book_exists: say(
    'There is a book of this name already.',
    SAFE,
    'Choose another name, or open the book that is there.',
  ),
  not_a_book: say('This file is no Tallywatt book.', SAFE, 'Open a file that Tallywatt made.'),
  out_of_range: say(
    'A figure is too large to be kept.',
    SAFE,
    'Look for an amount or quantity with far too many digits.',
  ),
  file_not_written: say(
    'The file could not be saved.',
    'Nothing else changed.',
    'Choose another folder, or check free disk space.',
  ),
  unknown_row: say(
    'This record is not in the book.',
    'It may have been taken back or made again in the meantime.',
    'Go back to the list.',
  ),
  bad_request: say(
    'A condition was not understood.',
    SAFE,
    'Check the filter and the figures in it.',
  ),
  unknown_partner: say(
    'This partner is not in the book.',
    SAFE,
    'Choose a partner from the list, or add this one first.',
  ),
  partner_needed: say(
    'The file does not say whose records these are.',
    'They cannot be imported yet.',
    'Choose the partner above.',
  ),
  unknown_file: say(
    'The chosen file is not known any more.',
    SAFE,
    'Choose or drop the file again.',
  ),
  file_not_read: say(
    'The file could not be read.',
    SAFE,
    'Check that it is not open in another program and that it is a JSON, csv, xlsx, xls or ods file.',
  ),
  file_not_understood: say(
    'Tallywatt does not recognise this file.',
    SAFE,
    'Files that work: OCPI JSON (also gzipped), csv, xlsx, xls and ods with a heading row.',
  ),
  unknown_cdr: say(
    'This CDR is not in the book.',
    'It may have been taken back together with its import.',
    'Go back to the list.',
  ),
  unknown_invoice: say(
    'This invoice is not in the book.',
    'A draft may have been made again in the meantime.',
    'Go back to the list.',
  ),
  unknown_view: say(
    'This list is too old.',
    'The book has moved on since it was opened.',
    'Open the list again.',
  ),
  unknown_job: say('This work is over already.', SAFE, 'There is nothing to cancel.'),
  reason_missing: say(
    'A reason is missing.',
    'Every decision says why, so that the audit log can answer later.',
    'Write a short reason.',
  ),
  nothing_selected: say('Nothing is selected.', SAFE, 'Select at least one CDR.'),
  nothing_to_accept: say(
    'None of the selected CDRs has a difference to accept.',
    SAFE,
    'Select CDRs with the status Differs.',
  ),
  not_undoable: say(
    'This cannot be undone any more.',
    'Something later builds on it.',
    'Undo the later step first, or correct it with a credit note.',
  ),
  nothing_to_draft: say(
    'There is nothing to draft.',
    'No CDR of this month is matched or accepted and still without an invoice.',
    'Work through the open CDRs first.',
  ),
  nothing_to_issue: say('No draft is ready to be issued.', SAFE, 'Make drafts first.'),
  draft_blocked: say(
    'This draft cannot be issued yet.',
    'A check failed; the draft stays as it is.',
    'Look at its checks, mend the cause and draft again.',
  ),
  already_issued: say(
    'This invoice was issued before.',
    'Issued invoices are frozen.',
    'Corrections are made with a credit note.',
  ),
  month_locked: say(
    'This month is closed.',
    `${SAFE}`,
    'Reopen the month, or settle in the next one.',
  ),
  cancelled: say(
    'The work was cancelled.',
    'What was done until then is kept.',
    'Start it again to complete it.',
  ),
  not_allowed: say(
    'This window may not do that.',
    `${SAFE} The app refuses commands it does not expect.`,
    'Restart Tallywatt. If it happens again, send us the details.',
  ),
  document_failed: say(
    'The document could not be made.',
    'The figures are safe; only the PDF is missing.',
    'Try again. If it fails again, send us the details.',
  ),
};

const UNEXPECTED = say(
  'Something went wrong that should not.',
  'Your data is safe: each step is stored whole or not at all.',
  'Try again. If it happens again, send us the details below.',
);

export function problemText(code: string): ProblemText {
  return problems[code] ?? UNEXPECTED;
}

export function hasProblemText(code: string): boolean {
  return code in problems;
}
