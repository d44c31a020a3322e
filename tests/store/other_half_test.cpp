// Two threads that count must find what one finds, of one state of the index.
#include "store/other_half.hpp"

#include <chrono>
#include <thread>

#include "store/fixture.hpp"

namespace froe::store {
namespace {

class Halves : public testing::Test {
 protected:
  void SetUp() override {
    if (std::thread::hardware_concurrency() < 2) GTEST_SKIP() << "there is one processor only";
    for (int i = 0; i < 300; ++i) {
      std::string& text = tree_["f" + std::to_string(i)];
      for (int line = 0; line < 9; ++line) text += line % 4 == i % 3 ? "needle red\n" : "hay needle hay\n";
      text += "w" + std::to_string(i) + '\n';
    }
    tree_["f250"] += "rare\n";
    index(database_, tree_);
    ASSERT_TRUE(reader_.open(database_, Connection::Mode::read));
  }
  // In a transaction, after what comes before it.
  [[nodiscard]] std::string count(bool in_halves, const std::string& expression) {
    BlobRanges blobs;
    return count(in_halves, expression, blobs);
  }
  [[nodiscard]] std::string count(bool in_halves, const std::string& expression, BlobRanges& blobs) {
    reader_.forgive();
    reader_.execute("BEGIN");
    MatchCounter counter(reader_);
    Matches matches;
    const bool is_counted = in_halves ? half_.count(reader_, {}, counter, blobs, expression, matches)
                                      : counter.count(expression, {}, matches);
    if (is_counted) blobs.find(reader_, matches);
    std::string all = reader_.ok() ? std::string() : reader_.error().message + '\n';
    all += std::to_string(matches.phrases) + ' ' + std::to_string(matches.all_chunks) + ' ' +
           std::to_string(matches.all_terms) + ' ' + std::to_string(matches.all_blobs) + '\n';
    for (std::size_t i = 0; i < matches.chunks.size(); ++i) {
      const auto& chunk = matches.chunks[i];
      all += std::to_string(chunk.row_id) + ' ' + std::to_string(matches.blobs.at(chunk.blob).row_id) + ' ' +
             std::to_string(chunk.least_terms) + ':';
      for (const auto& hit : matches.hits_of(i)) {
        all += ' ' + std::to_string(hit.phrase);
        for (auto times : hit.times) all += ',' + std::to_string(times);
      }
      all += '\n';
    }
    sqlite3_exec(reader_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    return all;
  }

  ScratchDirectory scratch_;
  std::filesystem::path database_ = scratch_ / "index.db";
  Tree tree_;
  Connection reader_;
  OtherHalf half_{0};
};

TEST_F(Halves, FindWhatOneFinds) {
  for (const char* expression :
       {"needle", "red OR hay", "rare", "nothing", "rare OR nothing", "hay NOT red", "\"no"}) {
    ASSERT_TRUE(half_.prepare(reader_, {})) << expression;
    const auto both = count(true, expression);
    EXPECT_TRUE(both == count(false, expression)) << expression << '\n' << both.substr(0, 500);
  }
  EXPECT_GT(count(false, "needle").size(), 900U * 20) << "or this test shows nothing";
}

// What matches is thick at one end: who is done first takes of the other's, and all comes out in order.
TEST_F(Halves, FindWhatOneFindsWhereverItIs) {
  for (int i = 0; i < 300; ++i) {
    std::string& text = tree_["f" + std::to_string(i)];
    for (int line = 0; line < 9; ++line) text += (i < 20 || i > 250) ? "thick thin\n" : "thin\n";
  }
  index(database_, tree_);
  for (int round = 0; round < 40; ++round) {
    for (const char* expression : {"thick", "thin", "needle OR thick", "rare"}) {
      ASSERT_TRUE(half_.prepare(reader_, {}));
      const auto both = count(true, expression);
      ASSERT_TRUE(both == count(false, expression)) << expression << '\n' << both.substr(0, 500);
    }
  }
}

TEST_F(Halves, KnowWhatWasReadAhead) {
  BlobRanges blobs;
  half_.read_ahead(reader_, blobs);
  half_.read_ahead(reader_, blobs);
  ASSERT_TRUE(half_.prepare(reader_, {}));
  const auto both = count(true, "rare", blobs);
  EXPECT_TRUE(blobs.is_known(reader_)) << "which so few would not ask for";
  EXPECT_TRUE(both == count(false, "rare"));
  EXPECT_TRUE(count(false, "needle", blobs) == count(false, "needle"));
}

TEST_F(Halves, DoNotTakeWhatWasReadAheadForWhatIsThereNow) {
  BlobRanges blobs;
  half_.read_ahead(reader_, blobs);
  ASSERT_TRUE(half_.prepare(reader_, {})) << "waits for what is read";
  index(database_, {{"g", "needle\n"}, {"h", "rare\n"}});
  ASSERT_TRUE(half_.prepare(reader_, {}));
  const auto both = count(true, "rare", blobs);
  EXPECT_FALSE(blobs.is_known(reader_));
  EXPECT_TRUE(both == count(false, "rare"));
  EXPECT_TRUE(count(false, "needle", blobs) == count(false, "needle"));
}

// Or a writer's log would grow for as long as nobody searches.
TEST_F(Halves, HoldNoStateOnceItHasBeenReadAhead) {
  BlobRanges blobs;
  half_.read_ahead(reader_, blobs);
  std::string checkpoint;
  // It may not have begun at first, and takes as long as the machine lets it.
  for (int round = 0; round < 3 || (!checkpoint.starts_with("0|") && round < 100); ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    index(database_, {{"g", std::to_string(round)}});
    checkpoint = run({"sqlite3", database_, "PRAGMA wal_checkpoint(TRUNCATE)"}).output;
  }
  EXPECT_EQ(checkpoint.substr(0, 2), "0|") << "nobody asked for what was read";
}

TEST_F(Halves, DoNotReadAheadOfAStateThatIsHeld) {
  BlobRanges blobs;
  reader_.execute("BEGIN");
  half_.read_ahead(reader_, blobs);
  reader_.execute("ROLLBACK");
  ASSERT_TRUE(half_.prepare(reader_, {}));
  static_cast<void>(count(true, "rare", blobs));
  EXPECT_FALSE(blobs.is_known(reader_));
}

TEST_F(Halves, SeeOneStateOfTheIndex) {
  ASSERT_TRUE(half_.prepare(reader_, {}));
  tree_["g"] = "needle\n";
  index(database_, tree_);
  const auto both = count(true, "needle");
  EXPECT_TRUE(both == count(false, "needle")) << "written between";
  EXPECT_NE(both.find(" 1201 "), std::string::npos) << both.substr(0, 100);
  ASSERT_TRUE(half_.prepare(reader_, {}));
  EXPECT_TRUE(count(true, "needle") == both);
}

// The reader's transaction has begun when somebody writes: another one that begins now sees more.
TEST_F(Halves, SeeWhatTheReaderSees) {
  ASSERT_TRUE(half_.prepare(reader_, {}));
  reader_.execute("BEGIN");
  static_cast<void>(reader_.integer("SELECT count(*) FROM blob"));
  index(database_, {{"g", "needle\n"}, {"h", "needle\n"}});
  MatchCounter counter(reader_);
  BlobRanges blobs;
  Matches both;
  ASSERT_TRUE(half_.count(reader_, {}, counter, blobs, "needle", both));
  Matches alone;
  ASSERT_TRUE(counter.count("needle", {}, alone));
  EXPECT_EQ(both.chunks.size(), alone.chunks.size());
  EXPECT_GT(alone.chunks.size(), 500U);
  reader_.execute("ROLLBACK");
}

TEST_F(Halves, AreNotThereWhereTheReaderMaySeeAnOldState) {
  reader_.execute("BEGIN");
  EXPECT_FALSE(half_.prepare(reader_, {}));
  reader_.execute("ROLLBACK");
  EXPECT_TRUE(half_.prepare(reader_, {}));
}

TEST_F(Halves, AreOfTheFileThatTheReaderHas) {
  std::filesystem::rename(database_, scratch_ / "moved.db");
  index(database_, {{"a", "another\n"}});
  EXPECT_FALSE(half_.prepare(reader_, {}));
}

TEST_F(Halves, AreNotWorthItInASmallIndex) {
  EXPECT_FALSE(OtherHalf().prepare(reader_, {}));
}

// Each half may have fewer chunks than FTS5 says there are, and both together more.
TEST_F(Halves, TogetherHaveNoMoreThanThereAre) {
  Connection writer;
  ASSERT_TRUE(writer.open(database_, Connection::Mode::write));
  sqlite3_db_config(writer.handle(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
  // The record of averages: a varint of the number of rows, 1200, and the sums of the columns.
  const auto all = writer.integer("SELECT count(*) FROM chunk_fts_docsize");
  ASSERT_GT(all, 1023);
  writer.execute("UPDATE chunk_fts_data SET block = CAST(x'8700' || substr(block, 3) AS BLOB) WHERE id = 1");
  ASSERT_TRUE(writer.ok()) << writer.error().message;
  ASSERT_TRUE(half_.prepare(reader_, {}));
  reader_.execute("BEGIN");
  MatchCounter counter(reader_);
  BlobRanges blobs;
  Matches matches;
  EXPECT_FALSE(half_.count(reader_, {}, counter, blobs, "needle", matches));
  EXPECT_NE(reader_.error().message.find("more chunks match than there should be"), std::string::npos);
}

// What stops the one stops the other.
TEST_F(Halves, Stop) {
  ASSERT_TRUE(half_.prepare(reader_, {}));
  sqlite3_progress_handler(
      reader_.handle(), 1, [](void*) { return 1; }, nullptr);
  EXPECT_NE(count(true, "needle").find("stopped"), std::string::npos);
  sqlite3_progress_handler(reader_.handle(), 0, nullptr, nullptr);
  ASSERT_TRUE(half_.prepare(reader_, {}));
  EXPECT_TRUE(count(true, "needle") == count(false, "needle")) << "and go on";
}

}  // namespace
}  // namespace froe::store
