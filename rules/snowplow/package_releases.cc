#include "rules/snowplow/package_releases.h"

#include <algorithm>
#include <array>

namespace plowline {
namespace {

// From this release on (up to the next line of the package) these versions of snowplow_utils are asked for.
struct Line {
  std::string_view package;
  std::string_view release;
  std::string_view utils_from;
  std::string_view utils_below;
};

constexpr std::string_view kEcommerce = "snowplow_ecommerce";
constexpr std::string_view kMedia = "snowplow_media_player";
constexpr std::string_view kMobile = "snowplow_mobile";
constexpr std::string_view kNormalize = "snowplow_normalize";
constexpr std::string_view kUnified = "snowplow_unified";
constexpr std::string_view kWeb = "snowplow_web";
constexpr std::string_view kAttribution = "snowplow_attribution";

constexpr auto kLines = std::to_array<Line>({
    {kAttribution, "0.1.0", "0.16.1", "0.17.0"}, {kAttribution, "0.2.0", "0.16.2", "0.17.0"},
    {kAttribution, "0.4.0", "0.17.0", "0.18.0"}, {kAttribution, "0.5.1", "0.17.3", "0.18.0"},
    {kEcommerce, "0.1.0", "0.12.0", "0.13.0"},   {kEcommerce, "0.3.0", "0.13.0", "0.14.0"},
    {kEcommerce, "0.4.0", "0.14.0", "0.15.0"},   {kEcommerce, "0.4.1", "0.14.1", "0.15.0"},
    {kEcommerce, "0.5.3", "0.14.1", "0.16.0"},   {kEcommerce, "0.6.0", "0.15.0", "0.16.0"},
    {kEcommerce, "0.7.1", "0.15.0", "0.17.0"},   {kEcommerce, "0.8.1", "0.16.3", "0.17.0"},
    {kEcommerce, "0.9.0", "0.17.0", "0.18.0"},   {kEcommerce, "0.9.3", "0.17.3", "0.18.0"},
    {kEcommerce, "1.0.0", "1.0.0", "2.0.0"},     {kMedia, "0.6.0", "0.14.3", "0.16.0"},
    {kMedia, "0.7.0", "0.15.0", "0.16.0"},       {kMedia, "0.7.1", "0.15.0", "0.17.0"},
    {kMedia, "0.7.2", "0.16.2", "0.17.0"},       {kMedia, "0.9.0", "0.17.0", "0.18.0"},
    {kMedia, "0.9.3", "0.17.3", "0.18.0"},       {kMedia, "1.0.0", "1.0.0", "2.0.0"},
    {kMobile, "0.5.0", "0.11.0", "0.12.0"},      {kMobile, "0.5.4", "0.11.0", "0.13.0"},
    {kMobile, "0.6.0", "0.13.0", "0.14.0"},      {kMobile, "0.7.0", "0.14.0", "0.15.0"},
    {kMobile, "0.7.2", "0.14.0", "0.16.0"},      {kMobile, "1.0.0", "0.15.0", "0.16.0"},
    {kNormalize, "0.1.0", "0.12.0", "0.13.0"},   {kNormalize, "0.2.0", "0.13.0", "0.14.0"},
    {kNormalize, "0.3.0", "0.14.0", "0.15.0"},   {kNormalize, "0.3.2", "0.14.0", "0.16.0"},
    {kNormalize, "0.3.3", "0.15.1", "0.16.0"},   {kNormalize, "0.3.4", "0.15.1", "0.17.0"},
    {kNormalize, "0.3.5", "0.16.2", "0.17.0"},   {kNormalize, "0.4.0", "0.17.0", "0.18.0"},
    {kNormalize, "0.4.1", "0.17.3", "0.18.0"},   {kUnified, "0.0.1", "0.15.0", "0.16.0"},
    {kUnified, "0.2.0", "0.16.1", "0.17.0"},     {kUnified, "0.3.0", "0.16.2", "0.17.0"},
    {kUnified, "0.4.5", "0.16.8", "0.17.0"},     {kUnified, "0.5.0", "0.17.0", "0.18.0"},
    {kUnified, "0.5.5", "0.17.3", "0.18.0"},     {kUnified, "1.0.0", "1.0.0", "2.0.0"},
    {kWeb, "0.9.0", "0.12.0", "0.13.0"},         {kWeb, "0.10.0", "0.12.3", "0.13.0"},
    {kWeb, "0.12.0", "0.13.0", "0.14.0"},        {kWeb, "0.13.0", "0.13.1", "0.14.0"},
    {kWeb, "0.14.0", "0.14.0", "0.15.0"},        {kWeb, "0.15.0", "0.14.2", "0.15.0"},
    {kWeb, "0.15.1", "0.14.3", "0.15.0"},        {kWeb, "0.16.0", "0.15.0", "0.16.0"},
    {kWeb, "1.0.0", "0.15.0", "0.16.0"},
});

struct UtilsLine {
  std::string_view release;
  std::string_view dbt_from;
};
constexpr auto kUtilsLines =
    std::to_array<UtilsLine>({{"0.7.0", "1.0.0"}, {"0.13.0", "1.3.0"}, {"0.14.0", "1.4.0"}, {"1.0.0", "1.10.6"}});

bool gets_no_releases(std::string_view package) {
  return package == kWeb || package == kMobile;
}

}  // namespace

std::optional<std::vector<VersionRange>> utils_needed_by(std::string_view package, const VersionRange& releases) {
  const auto first = std::ranges::find(kLines, package, &Line::package);
  if (first == kLines.end()) return std::nullopt;
  const auto last = std::find_if(first, kLines.end(), [&](const Line& line) { return line.package != package; });
  if (!releases.intersected(VersionRange({}, Version::parse(first->release))).empty()) return std::nullopt;
  std::vector<VersionRange> needed;
  for (auto line = first; line != last; ++line) {
    const bool is_newest = line + 1 == last;
    const VersionRange these(Version::parse(line->release),
                             is_newest ? std::nullopt : Version::parse((line + 1)->release));
    if (releases.intersected(these).empty()) continue;
    needed.emplace_back(Version::parse(line->utils_from), Version::parse(line->utils_below));
    const bool is_that_very_one = releases.from() == Version::parse(line->release) && releases.text().starts_with('=');
    if (is_newest && !gets_no_releases(package) && !is_that_very_one)
      needed.emplace_back(Version::parse(line->utils_from), std::nullopt);
  }
  return needed;
}

std::optional<Version> oldest_dbt_for_utils(const VersionRange& utils) {
  if (!utils.from()) return std::nullopt;
  std::optional<Version> oldest;
  for (const UtilsLine& line : kUtilsLines) {
    if (!(*utils.from() < *Version::parse(line.release))) oldest = Version::parse(line.dbt_from);
  }
  return oldest;
}

}  // namespace plowline
