// The code of a model, test, snapshot, analysis or macro as its author wrote it: SQL with Jinja in it.
//
// dbt renders Jinja without knowing SQL, so the two languages interleave freely: a Jinja expression may stand in the
// middle of an SQL string, of a quoted name or of a comment, and an SQL comment does not stop dbt from evaluating the
// Jinja in it. SqlText cuts such a text into Parts, each of which is of one kind, and answers from them what lint rules
// ask: which functions are called with which arguments, and which relations are written out although ref() and
// source() exist. Nothing is rendered: what Jinja would produce is not known.
//
// No text is refused. What no database or template engine would accept is read as well as it can be: dbt has most often
// accepted a text before it reaches a manifest, and a rule must not fail over one that it did not.
//
// How the places where dialects disagree are read, since a text does not say for which database it is:
//
//   '…'      A string. A doubled quote belongs to it. A backslash before the quote (an escape on BigQuery, Databricks,
//            Snowflake, MySQL, ClickHouse; an ordinary character elsewhere) escapes it where that reading, and not the
//            other, lets every string end that is open on this line. Where both readings do, or neither, the quote ends
//            the string if `,`, `)`, `;` or the line's end follows it.
//   "…" `…`  A quoted name, although BigQuery and Databricks read "…" as a string.
//   $$…$$    A string, also $tag$…$tag$, where it is closed.
//   -- /* */ Comments; the latter do not nest.
//   # //     Comments where nothing but blanks stands before them on their line.
//
// A string or quoted name that is not closed before the text ends is taken for a stray quote. {% else %} and {% elif %}
// go on in the state in which their {% if %} (or {% for %}) began, so a quote that both branches close is closed once;
// the insides of {% macro %}, {% set x %}…{% endset %} and the like are texts of their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plowline {

class SqlText {
 public:
  // Scans the text, which must outlive this object. Cost: one pass, O(text), 24 bytes for each part. Everything else is
  // worked out when it is asked for, from scratch each time; an SqlText never changes and may be shared by threads.
  explicit SqlText(std::string_view text);

  std::string_view text() const { return text_; }

  enum class PartKind : std::uint8_t {
    kSql,               // keywords, names, numbers, operators, blanks
    kSqlComment,        // with its `--`, `/*`, `*/`; without the line's end
    kSqlString,         // with its quotes
    kQuotedIdentifier,  // with its quotes
    kJinjaExpression,   // {{ … }}
    kJinjaStatement,    // {% … %}
    kJinjaComment,      // {# … #}
    kJinjaRaw,          // what stands between {% raw %} and {% endraw %}
  };
  struct Part {
    PartKind kind = PartKind::kSql;
    // What of SQL this part stands in: of Jinja, kSql or what is open around it; of SQL, `kind` itself.
    PartKind within = PartKind::kSql;
    // Of comments, strings and quoted names, which Jinja may cut into several parts: whether it begins and whether it
    // ends in this one.
    bool opens = false;
    bool closes = false;
    std::size_t offset = 0;
    std::size_t length = 0;  // never 0
  };
  // In the text's order, without gaps: together they are the text.
  std::span<const Part> parts() const { return parts_; }
  std::string_view text_of(const Part& part) const { return text_.substr(part.offset, part.length); }

  // The text with blanks in place of comments, Jinja and the insides of strings. Line ends stay, as do all offsets.
  // Quoted names stay unless they have a blank in them: "sent from here" is a string on some databases, and a search
  // for words must not find them in it. O(text).
  std::string sql_only() const;

  struct Argument {
    std::string name;                    // the keyword; empty where the argument is positional
    std::optional<std::string> literal;  // what a string literal (or several in a row) means, without its escapes
    std::string_view text;               // the value as written, without blanks around it
    std::size_t offset = 0;              // of the keyword, or of the value where there is none
    std::size_t length = 0;              // of the keyword, or of the value where there is none
  };
  struct Call {
    // `ref`, `config`, `snowplow_utils.is_run_with_new_events`, without blanks. It begins with a dot where a method of
    // something that is no plain name is called: `.include` of `ref('a').include(database=false)`.
    std::string name;
    std::vector<Argument> arguments;
    std::size_t offset = 0;       // of the name
    std::size_t length = 0;       // to the closing bracket; to the end of the Jinja where it is missing
    bool in_sql_comment = false;  // dbt evaluates it all the same: `-- depends_on: {{ ref('x') }}`

    // The argument of that keyword, or null.
    const Argument* keyword(std::string_view name) const;
  };
  // The calls in Jinja expressions and statements, also those in arguments of others, in the order in which they begin.
  // Filters (`| join(',')`), Jinja's tests (`is divisibleby(2)`) and what a {% macro name(…) %} declares are no calls.
  // O(text).
  std::vector<Call> calls() const;
  // Those of that name, or with that name behind the last dot.
  std::vector<Call> calls(std::string_view name) const;

  struct Relation {
    enum class Use : std::uint8_t { kRead, kWrite };
    std::string name;                // as written: `raw.orders`, "Raw"."Orders"
    std::vector<std::string> parts;  // 2 to 4, without quotes: database, schema, identifier
    std::size_t offset = 0;
    std::size_t length = 0;
    Use use = Use::kRead;
  };
  // The relations whose schema (or database) is written out where SQL expects a relation: behind FROM, JOIN, USING and
  // the commas of a FROM list (kRead), behind INTO, UPDATE and INSERT OVERWRITE, and FROM of a DELETE (kWrite). In the
  // text's order, each as often as it stands there. System schemas (information_schema, pg_catalog, …) are not treated
  // differently.
  //
  // Not among them: names without a dot (CTEs, temporary tables, what a search path resolves) and names that Jinja
  // produces any part of; functions, what FROM separates in extract(), trim(), substring(), and IS DISTINCT FROM;
  // columns of something that the same query names (BigQuery's `from t, t.items`); the names behind ClickHouse's ARRAY
  // JOIN; stages (@…) and files. O(text log text).
  std::vector<Relation> literal_relations() const;

 private:
  std::string_view text_;
  std::vector<Part> parts_;
};

// The keys that config() calls set, as arguments with a name: keywords, and the members of a dictionary in the place of
// keywords (`config({'materialized': 'table'})`), whose offset and length then are those of the quoted key.
std::vector<SqlText::Argument> config_entries(const SqlText& text);

// The entry of that key, the last one where there are several (which is the one that counts for dbt). `pre_hook` and
// `pre-hook` are one key.
std::optional<SqlText::Argument> config_entry(const SqlText& text, std::string_view key);

}  // namespace plowline
