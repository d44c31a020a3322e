/// Recipes, and how long they take.
library kitchen;

import 'dart:async';
import 'dart:convert' show jsonDecode;
import 'package:meta/meta.dart' as meta;
export 'src/units.dart';
part 'recipe.g.dart';

/// The most people that one recipe feeds.
const int maxGuests = 12;
final _log = Logger('kitchen');
var burnt = 0;

typedef Taster = FutureOr<bool> Function(Dish dish);
typedef void Waiter(String table);

/// How hot it is.
enum Heat {
  low,
  medium(180),

  /// Too hot for cakes.
  high(220);

  const Heat([this.degrees = 120]);
  final int degrees;

  bool get isSafe => degrees < 200;
}

mixin Timed on Dish {
  Duration get time;
  void wait() => Timer(time, done);
}

extension Minutes on int {
  Duration get minutes => Duration(minutes: this);
}

extension type Grams(int value) {
  Grams operator +(Grams other) => Grams(value + other.value);
}

abstract interface class Dish {
  String get name;
  void done();
}

sealed class Result<T> {}

class Ready<T> extends Result<T> {
  Ready(this.dish);
  final T dish;
}

/// A recipe, step by step.
///
/// Recipes are compared by name.
@immutable
class Recipe<T extends Dish> extends Object with Comparing implements Comparable<Recipe> {
  const Recipe(this.name, {required this.steps, this.heat = Heat.low})
      : assert(steps.length > 0),
        _cooked = false;

  Recipe.empty() : this('nothing', steps: const []);

  factory Recipe.fromJson(Map<String, dynamic> json) {
    return Recipe(
      json['name'] as String,
      steps: [for (final step in json['steps'] as List) Step.parse(step)],
    );
  }

  final String name;
  final List<Step> steps;
  static const Heat fallback = Heat.medium;
  static int _count = 0, _failed = 0;
  late final Heat heat;
  bool _cooked;

  /// All steps together.
  Duration get time => steps.fold(Duration.zero, (sum, step) => sum + step.time);

  set cooked(bool value) {
    _cooked = value;
  }

  @override
  int compareTo(Recipe other) => name.compareTo(other.name);

  @override
  bool operator ==(Object other) => other is Recipe && other.name == name;

  static Recipe? find(String name) => _all[name];

  /// Cooks for a number of people.
  @meta.useResult
  Future<Result<T>> cook(int guests, {Taster? taster}) async {
    void note(String what) {
      _log.info('$name: $what');
    }

    if (guests > maxGuests) {
      throw ArgumentError.value(guests, 'guests', 'at most $maxGuests');
    }
    for (final step in steps) {
      try {
        await step.run(heat);
      } on Burnt catch (error, trace) {
        burnt++;
        note('''
          burnt after ${step.time.inMinutes} minutes
        ''');
        _log.warning('burnt', error, trace);
        rethrow;
      } finally {
        note(step.title);
      }
    }
    final dish = await _serve(guests);
    if (taster != null && !await taster(dish)) return Refused();
    return Ready(dish);
  }

  external T _serve(int guests);
}

Stream<Recipe> readAll(Iterable<String> lines) async* {
  for (final line in lines) {
    yield Recipe.fromJson(jsonDecode(line));
  }
}

int get cooked => Recipe._count;

void main(List<String> arguments) async {
  await for (final recipe in readAll(arguments)) {
    print('${recipe.name}: ${recipe.time.inMinutes} min');
  }
}
