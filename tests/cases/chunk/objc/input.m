//
//  Lantern.m
//
#import "Lantern.h"
#import <Foundation/Foundation.h>
#include <math.h>
@import CoreGraphics;
@class Wick;

#define LANTERN_MAX 12
#define CLAMP(x, low, high) ((x) < (low) ? (low) : (x) > (high) ? (high) : (x))

NSString *const LanternDidGoOut = @"LanternDidGoOut";
static NSUInteger lit = 0;

typedef NS_ENUM(NSInteger, LanternColour) {
    LanternColourWhite,
    LanternColourRed = 4,
};

typedef void (^LanternHandler)(BOOL success, NSError *error);

typedef struct {
    CGFloat lumen;
    CGFloat radius;
} Glow;

/// Whoever wants to know how a lantern is doing.
@protocol LanternDelegate <NSObject>

@required
- (void)lantern:(Lantern *)lantern didChangeTo:(Glow)glow;

@optional
@property (nonatomic, readonly) BOOL wantsWarnings;
+ (instancetype)sharedDelegate;

@end

/**
 A lantern that burns oil.
 */
@interface Lantern : NSObject <NSCopying>

/// How much oil is left, in millilitres.
@property (nonatomic, assign) double oil;
@property (nonatomic, weak, nullable) id<LanternDelegate> delegate;
@property (class, readonly) NSUInteger litCount;

- (instancetype)initWithOil:(double)oil NS_DESIGNATED_INITIALIZER;
+ (nullable instancetype)lanternNamed:(NSString *)name error:(NSError **)error;
- (void)light;

@end

@interface Lantern () {
    Wick *_wick;
    BOOL burning;
}
@property (nonatomic, strong) NSTimer *timer;
- (void)burn:(NSTimer *)timer;
@end

static CGFloat brightness(double oil) {
    return CLAMP(sqrt(oil) * 3, 0, 100);
}

@implementation Lantern

@synthesize oil = _oil;
@dynamic delegate;

#pragma mark - Life

- (instancetype)initWithOil:(double)oil {
    self = [super init];
    if (self) {
        _oil = oil;
        _wick = [[Wick alloc] init];
    }
    return self;
}

+ (nullable instancetype)lanternNamed:(NSString *)name error:(NSError **)error {
    NSDictionary *known = @{@"small": @100, @"large": @750};
    NSNumber *oil = known[name];
    if (!oil) {
        if (error) *error = [NSError errorWithDomain:@"Lantern" code:1 userInfo:nil];
        return nil;
    }
    return [[self alloc] initWithOil:oil.doubleValue];
}

- (id)copyWithZone:(NSZone *)zone {
    return [[Lantern allocWithZone:zone] initWithOil:self.oil];
}

+ (NSUInteger)litCount {
    return lit;
}

/// Lights it, unless there is nothing to burn.
- (void)light {
    if (burning || self.oil <= 0) return;
    burning = YES;
    @synchronized ([Lantern class]) {
        lit += 1;
    }
    self.timer = [NSTimer scheduledTimerWithTimeInterval:1.0
                                                  target:self
                                                selector:@selector(burn:)
                                                userInfo:nil
                                                 repeats:YES];
}

- (void)burn:(NSTimer *)timer {
    _oil -= 0.2;
    Glow glow = {.lumen = brightness(_oil), .radius = 2};
    [self.delegate lantern:self didChangeTo:glow];
    if (_oil > 0) return;
    @try {
        [[NSNotificationCenter defaultCenter] postNotificationName:LanternDidGoOut object:self];
        [self forEach:@[@1, @2] do:^(NSNumber *number) {
            NSLog(@"out %@", number);
        }];
    } @catch (NSException *exception) {
        NSLog(@"nobody saw it: %@", exception.reason);
    } @finally {
        [timer invalidate];
        lit -= 1;
    }
}

@end

@implementation Lantern (Signals)

- (void)blink:(NSInteger)times {
    for (NSInteger i = 0; i < times; i++) {
        [self light];
    }
}

@end

int main(int argc, char *argv[]) {
    @autoreleasepool {
        [[[Lantern alloc] initWithOil:LANTERN_MAX] light];
    }
    return 0;
}
