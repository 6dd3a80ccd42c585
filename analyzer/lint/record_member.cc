#include "lint/record_member.h"

namespace plowline {

RecordMember::RecordMember(std::string_view key) : shape_({member<&Record::value>(key)}) {}

RawJson RecordMember::of(const LintProject& project, NodeId id) const {
  Record record;
  Arena arena;
  const JsonSource source{project.node(id).whole.bytes, project.project().manifest_file()};
  if (auto done = read_part(source, shape_, &record, arena); !done) {
    Error error = std::move(done.error());
    error.position.offset.reset();  // it counts from the record's first byte
    project.keep_error(std::move(error));
    return {};
  }
  return record.value;
}

}  // namespace plowline
