// Which property file a node without a YAML entry belongs into.
#pragma once

#include <string>

#include "lint/lint_project.h"
#include "lint/text_edit.h"
#include "source/places.h"

namespace plowline {

// The path (see source_files.h) of the file, which need not exist: the one that describes most of the node's neighbours
// in its folder; where each has a file named after it, or the folder has none, a new one, named as the files of its
// kind are elsewhere in the project (`_FOLDER__models`, `NAME`), or `_models.yml`. It is in the node's own folder. A
// reason where a file of that folder describes the node although the manifest does not know of it.
OrReason<std::string> properties_file_for(const LintProject& project, Places& places, NodeId id);

// `models`, `seeds`, `snapshots`: the list of a property file in which the node's entry stands; empty for others.
std::string_view section_of(ResourceType type);

}  // namespace plowline
