#include "artifact/data_type_names.h"

#include <algorithm>

// Where the words come from is told in artifact/data_type.h.

namespace plowline {
namespace {

constexpr DataTypeName kSnowflake[] = {
    {"number", "number, numeric, decimal, dec"},
    {"number", "int, integer, bigint, smallint, tinyint, byteint", "*,0"},
    {"float", "float, float4, float8, double, double precision, real"},
    {"decfloat", "decfloat"},
    {"varchar",
     "varchar, string, text, nvarchar, nvarchar2, character varying, char varying, nchar varying, char, character, "
     "nchar"},
    {"binary", "binary, varbinary"},
    {"boolean", "boolean, bool"},
    {"date", "date"},
    {"time", "time"},
    {"timestamp", "timestamp"},  // one of the next three, by a setting
    {"timestamp_ntz", "timestamp_ntz, timestampntz, timestamp without time zone, datetime"},
    {"timestamp_ltz", "timestamp_ltz, timestampltz, timestamp with local time zone"},
    {"timestamp_tz", "timestamp_tz, timestamptz, timestamp with time zone"},
    {"variant", "variant"},
    {"object", "object"},
    {"array", "array"},
    {"map", "map"},
    {"vector", "vector"},
    {"geography", "geography"},
    {"geometry", "geometry"},
    {"uuid", "uuid"},
    {"file", "file"},
};

constexpr DataTypeMaximum kSnowflakeMaxima[] = {
    {"varchar", "16777216"}, {"varchar", "134217728"}, {"binary", "8388608"}, {"binary", "67108864"}};

constexpr DataTypeName kBigQuery[] = {
    {"int64", "int64, int, integer, bigint, smallint, tinyint, byteint"},
    {"float64", "float64, float"},
    {"numeric", "numeric, decimal"},
    {"bignumeric", "bignumeric, bigdecimal"},
    {"bool", "bool, boolean"},
    {"string", "string, text"},
    {"bytes", "bytes"},
    {"date", "date"},
    {"datetime", "datetime"},
    {"time", "time"},
    {"timestamp", "timestamp"},
    {"interval", "interval"},
    {"geography", "geography"},
    {"json", "json"},
    {"struct", "struct, record"},
    {"array", "array, repeated"},
    {"range", "range"},
};

constexpr DataTypeName kPostgres[] = {
    {"smallint", "smallint, int2, smallserial, serial2"},
    {"integer", "integer, int, int4, serial, serial4"},
    {"bigint", "bigint, int8, bigserial, serial8"},
    {"numeric", "numeric, decimal, dec"},
    {"real", "real, float4"},
    {"double precision", "double precision, float8, float"},
    {"money", "money"},
    {"varchar", "varchar, character varying, char varying, text, string"},
    {"character", "character, char", "", "1"},
    {"character", "bpchar"},
    {"name", "name"},
    {"citext", "citext"},
    {"bytea", "bytea"},
    {"boolean", "boolean, bool"},
    {"date", "date"},
    {"time", "time, time without time zone", "", "6"},
    {"timetz", "timetz, time with time zone", "", "6"},
    {"timestamp", "timestamp, timestamp without time zone", "", "6"},
    {"timestamptz", "timestamptz, timestamp with time zone", "", "6"},
    {"interval", "interval", "", "6"},
    {"uuid", "uuid"},
    {"json", "json"},
    {"jsonb", "jsonb"},
    {"xml", "xml"},
    {"inet", "inet"},
    {"cidr", "cidr"},
    {"macaddr", "macaddr"},
    {"macaddr8", "macaddr8"},
    {"bit", "bit", "", "1"},
    {"bit varying", "bit varying, varbit"},
    {"tsvector", "tsvector"},
    {"tsquery", "tsquery"},
    {"oid", "oid"},
    {"hstore", "hstore"},
    {"point", "point"},
    {"line", "line"},
    {"lseg", "lseg"},
    {"box", "box"},
    {"path", "path"},
    {"polygon", "polygon"},
    {"circle", "circle"},
    {"geometry", "geometry"},
    {"geography", "geography"},
    {"int4range", "int4range"},
    {"int8range", "int8range"},
    {"numrange", "numrange"},
    {"tsrange", "tsrange"},
    {"tstzrange", "tstzrange"},
    {"daterange", "daterange"},
    {"array", "array"},
};

constexpr DataTypeName kRedshift[] = {
    {"smallint", "smallint, int2"},
    {"integer", "integer, int, int4"},
    {"bigint", "bigint, int8"},
    {"numeric", "numeric, decimal", "", "18,0"},
    {"real", "real, float4"},
    {"double precision", "double precision, double, float8, float"},
    {"varchar", "varchar, character varying, nvarchar, national character varying, text", "", "256"},
    {"varchar", "string", "", "*"},
    {"character", "character, char, nchar, national character", "", "1"},
    {"character", "bpchar", "", "256"},
    {"boolean", "boolean, bool"},
    {"date", "date"},
    {"time", "time, time without time zone"},
    {"timetz", "timetz, time with time zone"},
    {"timestamp", "timestamp, timestamp without time zone"},
    {"timestamptz", "timestamptz, timestamp with time zone"},
    {"interval year to month", "interval year to month"},
    {"interval day to second", "interval day to second"},
    {"super", "super"},
    {"varbyte", "varbyte, varbinary, binary varying", "", "64000"},
    {"hllsketch", "hllsketch"},
    {"geometry", "geometry"},
    {"geography", "geography"},
    {"array", "array"},  // of external tables, as the next two
    {"struct", "struct"},
    {"map", "map"},
};

constexpr DataTypeMaximum kRedshiftMaxima[] = {{"varchar", "65535"}, {"character", "4096"}};

constexpr DataTypeName kSpark[] = {
    {"tinyint", "tinyint, byte"},
    {"smallint", "smallint, short"},
    {"int", "int, integer"},
    {"bigint", "bigint, long"},
    {"float", "float, real"},
    {"double", "double, double precision"},
    {"decimal", "decimal, dec, numeric", "", "10,0"},
    // (`show table extended`, from which dbt-spark has its catalog, calls all of them string.)
    {"string", "string, varchar, char, character"},
    {"boolean", "boolean, bool"},
    {"date", "date"},
    {"timestamp", "timestamp, timestamp_ltz"},
    {"timestamp_ntz", "timestamp_ntz"},
    {"binary", "binary"},
    {"void", "void"},
    {"variant", "variant"},
    {"object", "object"},
    {"array", "array"},
    {"map", "map"},
    {"struct", "struct"},
};

constexpr DataTypeName kDuckDb[] = {
    {"tinyint", "tinyint, int1"},
    {"smallint", "smallint, int2, int16, short"},
    {"integer", "integer, int, int4, int32, signed"},
    {"bigint", "bigint, int8, int64, long"},
    {"hugeint", "hugeint, int128"},
    {"utinyint", "utinyint, uint8"},
    {"usmallint", "usmallint, uint16"},
    {"uinteger", "uinteger, uint32"},
    {"ubigint", "ubigint, uint64"},
    {"uhugeint", "uhugeint, uint128"},
    {"float", "float, float4, real"},
    {"double", "double, float8, double precision"},
    {"decimal", "decimal, numeric, dec", "", "18,3"},
    {"varchar", "varchar, char, bpchar, text, string, character varying, nvarchar", "", "*"},
    {"boolean", "boolean, bool, logical"},
    {"blob", "blob, bytea, binary, varbinary"},
    {"bit", "bit, bitstring"},
    {"date", "date"},
    {"time", "time"},
    {"time with time zone", "time with time zone, timetz"},
    {"timestamp", "timestamp, datetime, timestamp without time zone, timestamp_us"},
    {"timestamp_s", "timestamp_s"},
    {"timestamp_ms", "timestamp_ms"},
    {"timestamp_ns", "timestamp_ns"},
    {"timestamp with time zone", "timestamp with time zone, timestamptz"},
    {"interval", "interval"},
    {"uuid", "uuid"},
    {"json", "json"},
    {"array", "array"},
    {"map", "map"},
    {"struct", "struct, row"},
    {"union", "union"},
    {"enum", "enum"},
};

constexpr DataTypeName kTrino[] = {
    {"boolean", "boolean"},
    {"tinyint", "tinyint"},
    {"smallint", "smallint"},
    {"integer", "integer, int"},
    {"bigint", "bigint"},
    {"real", "real"},
    {"double", "double, double precision, float"},
    {"decimal", "decimal", "", "38,0"},
    {"varchar", "varchar, string"},
    {"char", "char", "", "1"},
    {"varbinary", "varbinary"},
    {"json", "json"},
    {"date", "date"},
    {"time", "time", "", "3"},
    {"time with time zone", "time with time zone", "", "3"},
    {"timestamp", "timestamp, timestamp without time zone", "", "3"},
    {"timestamp with time zone", "timestamp with time zone", "", "3"},
    {"interval year to month", "interval year to month"},
    {"interval day to second", "interval day to second"},
    {"array", "array"},
    {"map", "map"},
    {"row", "row"},
    {"uuid", "uuid"},
    {"ipaddress", "ipaddress"},
    {"hyperloglog", "hyperloglog"},
    {"geometry", "geometry"},
};

constexpr DataTypeName kAthena[] = {
    {"boolean", "boolean"},
    {"tinyint", "tinyint"},
    {"smallint", "smallint"},
    {"integer", "integer, int"},
    {"bigint", "bigint"},
    {"float", "float, real"},
    {"double", "double, double precision"},
    {"decimal", "decimal", "", "*"},
    {"string", "string, varchar, text"},
    {"char", "char"},
    {"binary", "binary, varbinary"},
    {"date", "date"},
    {"timestamp", "timestamp", "", "*"},
    {"timestamp with time zone", "timestamp with time zone", "", "*"},
    {"array", "array"},
    {"map", "map"},
    {"struct", "struct, row"},
};

constexpr DataTypeName kOracle[] = {
    {"number", "number, numeric, decimal, dec"},
    {"number", "integer, int, smallint", "*,0"},
    {"number", "float, real, double precision", "", "*"},
    {"binary_float", "binary_float"},
    {"binary_double", "binary_double"},
    {"varchar2", "varchar2, varchar, character varying, char varying, string"},
    {"nvarchar2", "nvarchar2, nchar varying, national character varying"},
    {"char", "char, character", "", "1"},
    {"nchar", "nchar, national character", "", "1"},
    {"clob", "clob"},
    {"nclob", "nclob"},
    {"blob", "blob"},
    {"long", "long"},
    {"raw", "raw"},
    {"long raw", "long raw"},
    {"date", "date"},
    {"timestamp", "timestamp"},
    {"timestamp with time zone", "timestamp with time zone"},
    {"timestamp with local time zone", "timestamp with local time zone"},
    {"interval year to month", "interval year to month"},
    {"interval day to second", "interval day to second"},
    {"boolean", "boolean, bool"},
    {"json", "json"},
    {"xmltype", "xmltype"},
    {"rowid", "rowid"},
};

constexpr DataTypeName kSqlServer[] = {
    {"bit", "bit, boolean, bool"},
    {"smallint", "smallint, tinyint"},
    {"int", "int, integer"},
    {"bigint", "bigint"},
    {"decimal", "decimal, numeric, dec, money, smallmoney"},
    {"float", "float, double precision"},
    {"real", "real"},
    {"varchar",
     "varchar, character varying, char varying, string, nvarchar, national character varying, national char varying"},
    {"char", "char, character, nchar, national character, national char"},
    {"date", "date"},
    {"time", "time"},
    {"datetime", "datetime"},
    {"smalldatetime", "smalldatetime"},
    {"datetime2", "datetime2, timestamp"},
    {"datetimeoffset", "datetimeoffset"},
    {"binary", "binary"},
    {"varbinary", "varbinary, binary varying"},
    {"uniqueidentifier", "uniqueidentifier"},
    {"xml", "xml"},
    {"geometry", "geometry"},
    {"geography", "geography"},
};

}  // namespace

const DataTypeNames& data_type_names(Warehouse warehouse) {
  static constexpr DataTypeNames kSnowflakeNames{kSnowflake, kSnowflakeMaxima, false};
  static constexpr DataTypeNames kBigQueryNames{kBigQuery};
  static constexpr DataTypeNames kRedshiftNames{kRedshift, kRedshiftMaxima};
  static constexpr DataTypeNames kPostgresNames{kPostgres};
  static constexpr DataTypeNames kSparkNames{kSpark};
  static constexpr DataTypeNames kDuckDbNames{kDuckDb};
  static constexpr DataTypeNames kTrinoNames{kTrino};
  static constexpr DataTypeNames kAthenaNames{kAthena};
  static constexpr DataTypeNames kOracleNames{kOracle, {}, false};
  static constexpr DataTypeNames kSqlServerNames{kSqlServer, {}, false};
  static constexpr DataTypeNames kNone{};
  switch (warehouse) {
    case Warehouse::kSnowflake:
      return kSnowflakeNames;
    case Warehouse::kBigQuery:
      return kBigQueryNames;
    case Warehouse::kRedshift:
      return kRedshiftNames;
    case Warehouse::kPostgres:
      return kPostgresNames;
    case Warehouse::kSpark:
      return kSparkNames;
    case Warehouse::kDuckDb:
      return kDuckDbNames;
    case Warehouse::kTrino:
      return kTrinoNames;
    case Warehouse::kAthena:
      return kAthenaNames;
    case Warehouse::kOracle:
      return kOracleNames;
    case Warehouse::kSqlServer:
      return kSqlServerNames;
    case Warehouse::kOther:
      break;
  }
  return kNone;
}

const DataTypeName* find_data_type(const DataTypeNames& names, std::string_view word) {
  const auto has_word = [word](const DataTypeName& entry) {
    std::string_view words = entry.words;
    while (true) {
      const std::size_t comma = words.find(", ");
      if (words.substr(0, comma) == word) return true;
      if (comma == std::string_view::npos) return false;
      words.remove_prefix(comma + 2);
    }
  };
  const auto found = std::ranges::find_if(names.types, has_word);
  return found == names.types.end() ? nullptr : &*found;
}

}  // namespace plowline
