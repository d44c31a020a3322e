//> using scala 3.4
package weather.station

import scala.collection.mutable
import scala.util.{Failure, Success, Try}
import java.time.{Duration as Span, *}

/** Kelvin and nothing else. */
opaque type Kelvin = Double

val Freezing: Kelvin = 273.15
lazy val (coldest, hottest) = (180.0, 340.0)
var readings = 0L

/** What a sensor measures. */
enum Quantity(val unit: String) derives CanEqual:
  case Temperature extends Quantity("K")
  case Pressure extends Quantity("Pa")
  case Wind(direction: Int) extends Quantity("m/s")

  def isScalar: Boolean = this match
    case Wind(_) => false
    case _ => true

object Quantity {
  def named(name: String): Option[Quantity] = Try(valueOf(name)).toOption
}

final case class Reading[+A](sensor: SensorId, at: Instant, value: A)(using zone: ZoneId)

sealed trait Sensor[A] extends Serializable:
  type Id <: String
  def id: Id
  protected def measure(timeout: Span)(implicit clock: Clock): Try[A]

  /** Measures until it succeeds. */
  @tailrec
  final def insist(timeout: Span, tries: Int = 3): Try[A] =
    measure(timeout) match
      case Success(value) => Success(value)
      case Failure(_) if tries > 1 => insist(timeout, tries - 1)
      case failure => failure
end Sensor

@main def run(stations: String*): Unit =
  stations.foreach(name => println(s"$name: ${Station(name).summary}"))

/**
 * Everything that stands on one roof.
 *
 * @param name what people call it
 */
class Station(val name: String, private var height: Double = 2.0, log: Logger)
    extends AutoCloseable
    with Reporting {
  self: Clocked =>

  private val sensors = mutable.Map.empty[String, Sensor[?]]
  var online = false

  def this(name: String) = this(name, 2.0, Logger.silent)

  def +=(sensor: Sensor[?]): this.type = {
    sensors(sensor.id) = sensor
    this
  }

  override def close(): Unit = sensors.values.collect { case c: AutoCloseable => c.close() }

  /** One line for each sensor. */
  def summary: String = {
    def line(id: String, value: Any): String =
      f"$id%-12s $value%s"

    val lines = for {
      (id, sensor) <- sensors.toSeq.sortBy(_._1)
      value <- sensor.insist(Span.ofSeconds(5)).toOption
      if online || value != Freezing
    } yield {
      log.debug(s"read $id")
      readings += 1
      line(id, value)
    }
    if (lines.isEmpty) {
      """Nothing was measured.
        |Is the station online?""".stripMargin
    } else {
      lines.mkString(s"$name at $height m\n", "\n", "\n" + "-" * 40)
    }
  }

  private object Alarm {
    val Threshold = 310.0
    def ring(reading: Reading[Kelvin]): Unit =
      if (reading.value > Threshold) log.warn(s"too hot at ${reading.at}")
  }
}

trait Reporting { this: Station =>
  def report(): String
}

given Ordering[Reading[Kelvin]] with
  def compare(a: Reading[Kelvin], b: Reading[Kelvin]): Int =
    a.value.compareTo(b.value)

given clock: Clock = Clock.systemUTC()

extension [A](readings: Seq[Reading[A]])
  def latest: Option[A] = readings.maxByOption(_.at).map(_.value)
  def since(instant: Instant): Seq[Reading[A]] =
    readings.filter(_.at.isAfter(instant))

extension (kelvin: Kelvin) def celsius: Double = kelvin - Freezing

package object units {
  implicit class Degrees(value: Double) {
    def celsius: Kelvin = value + Freezing
  }
}

package archive {
  type Year = Int
  def open(year: Year): Archive = ???
}
