// One function a command. Each returns the exit code of the program and has told the user what there is to
// tell.
#pragma once

#include "cli/arguments.hpp"

namespace froe::cli {

int run(const CommonArguments& common, const IndexArguments& arguments);
int run(const CommonArguments& common, const WatchArguments& arguments);
int run(const CommonArguments& common, const DiffArguments& arguments);
int run(const CommonArguments& common, const CheckArguments& arguments);
int run(const CommonArguments& common, const ServeArguments& arguments);
int run(const CommonArguments& common, const ChunkArguments& arguments);
int run(const CommonArguments& common, const DumpArguments& arguments);
int run(const CommonArguments& common, const SearchArguments& arguments);
int run(const CommonArguments& common, const ShowArguments& arguments);
int run(const CommonArguments& common, const OutlineArguments& arguments);
int run(const CommonArguments& common, const ReferencesArguments& arguments);
int run(const CommonArguments& common, const StatsArguments& arguments);
int run(const CommonArguments& common, const LedgerArguments& arguments);
int run(const CommonArguments& common, const LanguagesArguments& arguments);
int run(const CommonArguments& common, const VerifyArguments& arguments);
int run(const CommonArguments& common, const WorkerArguments& arguments);
int run(const CommonArguments& common, const FrameEncodeArguments& arguments);
int run(const CommonArguments& common, const FrameDecodeArguments& arguments);
int run(const CommonArguments& common, const QuarantineListArguments& arguments);
int run(const CommonArguments& common, const QuarantineClearArguments& arguments);
int run(const CommonArguments& common, const RevisionsArguments& arguments);
int run(const CommonArguments& common, const GcArguments& arguments);
int run(const CommonArguments& common, const DoctorArguments& arguments);

}  // namespace froe::cli
