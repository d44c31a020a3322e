//  The shapes of a drawing.
import Foundation
@testable import Geometry
import struct SwiftUI.Color

/// Where drawings are kept.
let store = Store(path: "~/Drawings")
var current: Drawing?, undone = [Drawing]()

typealias Handler = (Result<Drawing, DrawingError>) -> Void

infix operator <+>: AdditionPrecedence

/// What can go wrong.
public enum DrawingError: Error, Equatable {
    case empty
    case tooLarge(width: Double, height: Double), tooMany(Int)

    var isFatal: Bool { self != .empty }

    static func == (lhs: Self, rhs: Self) -> Bool { "\(lhs)" == "\(rhs)" }
}

/**
 Anything that can be drawn.

 - Note: draws itself only.
 */
public protocol Shape: AnyObject {
    associatedtype Body: Sequence where Body.Element == Point
    static var name: String { get }
    var frame: Rect { get set }
    init(frame: Rect)
    func draw(in context: inout Context, animated: Bool) async throws -> Body
}

struct Point: Hashable, Codable {
    var x = 0.0, y = 0.0
    let label: String?

    enum CodingKeys: String, CodingKey {
        case x = "left", y = "top"
        case label
    }

    init?(_ text: String) {
        let parts = text.split(separator: ",").compactMap { Double($0) }
        guard parts.count == 2 else { return nil }
        (x, y, label) = (parts[0], parts[1], nil)
    }

    mutating func move(by delta: Vector) {
        x += delta.dx
        y += delta.dy
    }

    subscript(axis: Axis) -> Double {
        get { axis == .horizontal ? x : y }
        set { axis == .horizontal ? (x = newValue) : (y = newValue) }
    }
}

/// A drawing, open in one window.
@MainActor
@objc(FRDrawing) open class Drawing: NSObject, ObservableObject {
    @Published private(set) var shapes: [any Shape] = []
    static let limit = 1_000
    weak var delegate: DrawingDelegate?
    lazy var bounds: Rect = {
        let margin = 4.0
        return shapes.reduce(.zero) { $0.union($1.frame) }.insetBy(margin)
    }()

    public var title: String {
        didSet {
            delegate?.drawing(self, renamedFrom: oldValue)
        }
    }

    var isEmpty: Bool { shapes.isEmpty }

    public required init(title: String) {
        self.title = title
        super.init()
    }

    deinit {
        store.forget(self)
    }

    /// Draws every shape, those that fail last.
    @discardableResult
    public func draw(in context: inout Context, _ handler: @escaping Handler) async -> Int {
        func report(_ error: DrawingError) {
            handler(.failure(error))
        }

        if isEmpty { report(.empty) }
        var drawn = 0
        for shape in shapes where shape.frame.intersects(context.clip) {
            do {
                try await shape.draw(in: &context, animated: false)
                drawn += 1
            } catch let error as DrawingError {
                report(error)
            } catch {
                context.log(#"cannot draw "\#(shape)""#)
            }
        }
        if drawn > Self.limit { report(.tooMany(drawn)) }
        handler(.success(self))
        return drawn
    }
}

actor Cache<Key: Hashable, Value> {
    private var values: [Key: Value] = [:]

    func value(for key: Key, or make: () async throws -> Value) async rethrows -> Value {
        if let value = values[key] { return value }
        let value = try await make()
        values[key] = value
        return value
    }
}

extension Point: CustomStringConvertible {
    var description: String { "\(x),\(y)" }

    static func <+> (lhs: Point, rhs: Vector) -> Point {
        var moved = lhs
        moved.move(by: rhs)
        return moved
    }
}

#if canImport(UIKit)
import UIKit

extension Color {
    static func / (lhs: Color, rhs: Double) -> UIColor { UIColor(lhs).withAlphaComponent(1 / rhs) }
}
#endif

extension Collection where Element: Shape {
    var names: [String] { map { type(of: $0).name } }
}

func area<S: Sequence>(of points: S) -> Double where S.Element == Point {
    zip(points, points.dropFirst()).map { $0.x * $1.y - $1.x * $0.y }.reduce(0, +) / 2
}

@freestanding(expression) macro hex(_ text: String) -> Color = #externalMacro(module: "Macros", type: "Hex")
