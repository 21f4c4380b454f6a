// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/store/register_rows.hpp"

/// What RegisterRows' sources share. Included by this folder's sources only.
namespace sealkeep {

struct RegisterRows::Statements {
  Statement self, put_self, adopted, put_adopted, ledgers, put_ledger;
  Statement seal, put_seal, del_seal, unit, put_unit, del_unit, receipt, put_receipt, del_receipt, box,
      put_box, del_box;
  Statement store, put_store, del_store, person, put_person, del_person, roll, put_roll, del_roll;
  Statement delivery, deliveries_elsewhere, put_delivery, del_delivery, record, put_record, del_record,
      records, duty, put_duty, del_duty, put_late;
  Statement seal_anywhere, unbalanced, duties_due, duties_of, duties, late_duties, seals, recount;
};

namespace store_detail {

inline constexpr const char* kTables[] = {"register", "adopted", "ledger",    "seal",   "unit",
                                          "receipt",  "box",     "store",     "person", "roll",
                                          "delivery", "duty",    "late_duty", "record"};

template <class Row>
using Maybe = Result<std::optional<Row>>;

/// One row of a query as optional: `read(rows)` turns the current row into Row or Result<Row>.
template <class Row, class Read>
Maybe<Row> one(Result<Rows> rows, Read&& read) {
  if (!rows) return tl::unexpected<Error>(std::move(rows).error());
  SEALKEEP_LET(there, rows->next());
  if (!there) return Maybe<Row>(tl::in_place);
  Result<Row> row = read(*rows);
  if (!row) return tl::unexpected<Error>(std::move(row).error());
  return std::optional<Row>(std::move(*row));
}

template <class Row, class Read>
Result<std::vector<Row>> all(Result<Rows> rows, Read&& read) {
  if (!rows) return tl::unexpected<Error>(std::move(rows).error());
  std::vector<Row> out;
  while (true) {
    SEALKEEP_LET(there, rows->next());
    if (!there) return out;
    Result<Row> row = read(*rows);
    if (!row) return tl::unexpected<Error>(std::move(row).error());
    out.push_back(std::move(*row));
  }
}

}  // namespace store_detail
}  // namespace sealkeep
