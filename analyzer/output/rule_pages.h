// What users read about rules: the table of all, and the page of one. `plowline rules` prints these; rules/README.md is
// rules_markdown() of all rules, rules/SUBJECT/README.md subject_markdown() of those of a subject, so nothing in them
// is written by hand but the rules' own texts. (One page of all rules would soon be longer than code hosts render.)
//
// All of it comes from what is registered; the rules stand in the order given, mostly by name.
#pragma once

#include <string>
#include <vector>

#include "lint/rule.h"

namespace plowline {

using RuleList = std::vector<const Rule*>;

// One line per rule under a heading per subject: name, severity, presets, what is found.
std::string rules_text(const RuleList& rules);
// A page for the terminal: paragraphs broken at `width` columns, code indented.
std::string rule_page_text(const Rule& rule, std::size_t width = 100);

// An introduction and a table per subject, whose rows lead to the rules' pages.
std::string rules_markdown(const RuleList& rules);
// The pages of the rules about a subject, each under a heading that is the rule's name, so that `#rule-name` leads to
// it.
std::string subject_markdown(const std::string& subject, const RuleList& rules);
std::string rule_page_markdown(const Rule& rule);

// One document, as schemas/rules.schema.json has it.
std::string rules_json(const RuleList& rules);

// The presets that have the rule, `all` at last.
std::vector<std::string> presets_of(const RuleInfo& rule);
// What the rule cannot do without, as users call it: `catalog.json`.
std::vector<std::string> needs_of(const RuleInfo& rule);
// `a whole number`, `a list of texts`.
std::string type_of(const OptionSpec& option);

}  // namespace plowline
