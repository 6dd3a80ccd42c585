#include "backfill/run_log.h"

#include <fmt/format.h>
#include <utility>

#include "artifact/console_text.h"
#include "backfill/run_log_builder.h"
#include "backfill/run_log_line.h"

namespace plowline {

class RunLogReader::State {
 public:
  void add_line(std::string_view line);
  const LoggedRun* current() const { return builder_ == nullptr ? nullptr : &builder_->run(); }
  std::vector<LoggedRun> finish();
  bool is_dbts() const { return is_dbts_; }

 private:
  bool begins_run(const RunLogLine& line) const;
  void close();

  std::unique_ptr<RunLogBuilder> builder_;
  std::vector<LoggedRun> runs_;
  bool is_dbts_ = false;  // a line had the shape of dbt's own
};

bool RunLogReader::State::begins_run(const RunLogLine& line) const {
  if (builder_ == nullptr || line.role == RunLogLine::Role::kSeparator) return true;
  const std::string& here = builder_->run().invocation_id;
  if (!line.invocation_id.empty() && !here.empty()) return line.invocation_id != here;
  const bool header = line.text.starts_with("Running with dbt=") || line.text.starts_with("dbt-fusion ");
  return header && builder_->has_header();
}

void RunLogReader::State::add_line(std::string_view line) {
  bool mark = false;
  const auto apart = take_apart(line, mark);
  is_dbts_ = is_dbts_ || mark;
  // Lines before the first that is dbt's are a shell's or a CI system's.
  if (!apart || (builder_ == nullptr && !mark)) return;
  if (begins_run(*apart)) {
    close();
    builder_ = std::make_unique<RunLogBuilder>();
  }
  builder_->add(*apart);
}

void RunLogReader::State::close() {
  if (builder_ != nullptr) runs_.push_back(builder_->take());
  builder_.reset();
}

std::vector<LoggedRun> RunLogReader::State::finish() {
  close();
  is_dbts_ = false;
  return std::exchange(runs_, {});
}

RunLogReader::RunLogReader() : state_(std::make_unique<State>()) {}
RunLogReader::~RunLogReader() = default;
RunLogReader::RunLogReader(RunLogReader&&) noexcept = default;
RunLogReader& RunLogReader::operator=(RunLogReader&&) noexcept = default;

void RunLogReader::add_line(std::string_view line) {
  state_->add_line(line);
}

const LoggedRun* RunLogReader::current() const {
  return state_->current();
}

std::vector<LoggedRun> RunLogReader::finish() {
  return state_->finish();
}

Result<std::vector<LoggedRun>> read_run_log(const FileBytes& file) {
  RunLogReader reader;
  const ConsoleText text = ConsoleText::clean(file);
  for (const ConsoleLine& line : text.lines()) reader.add_line(line.text);
  std::vector<LoggedRun> runs = reader.finish();
  if (!runs.empty()) return runs;
  return input_error(file.name(), {},
                     trim(file.text()).empty()
                         ? "it is empty: there is no dbt run in it"
                         : "no line of it is dbt's: neither console text (`02:06:46  Running with "
                           "dbt=…`), nor JSON events (`--log-format json`), nor logs/dbt.log",
                     "give what `dbt run` printed, or logs/dbt.log");
}

}  // namespace plowline
