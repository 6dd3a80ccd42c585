// One member of a node's whole record in the manifest, for what no NodeRecord keeps: an exposure's `owner`, a source's
// `loader`.
//
// The record is read past the others without looking into them: several times faster than member_of(whole), which
// parses all of it first.
#pragma once

#include <string_view>

#include "artifact/json.h"
#include "lint/lint_project.h"

namespace plowline {

class RecordMember {
 public:
  // `key` must outlive this object. Make it once: `static const RecordMember kOwner("owner");`
  explicit RecordMember(std::string_view key);
  // Empty where there is none, or null. A broken record is kept as the project's error. Cost: one pass over the record.
  RawJson of(const LintProject& project, NodeId id) const;

 private:
  struct Record {
    RawJson value;
  };
  Shape shape_;
};

}  // namespace plowline
