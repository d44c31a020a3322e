(** Queues that are kept in a file. *)

open Base
include Stringable.S with type t := t

(** A queue of items of one type. *)
type 'a t

(** How an item is written. *)
type format =
  | Text
  | Binary of { version : int }

type error = { line : int; message : string }

exception Broken of string

val version : int

(** Opens a queue, and makes the file if there is none.

    @raise Broken if it is no queue. *)
val open_file : ?format:format -> string -> 'a t

val push : 'a t -> 'a -> unit
(** Puts an item at the end. *)

val pop : 'a t -> 'a option
external length : 'a t -> int = "queue_length"

val ( @+ ) : 'a t -> 'a -> 'a t

(** What items have to be able to do. *)
module type ITEM = sig
  type t

  val compare : t -> t -> int
  val to_string : t -> string
end

module Cursor : sig
  type 'a queue = 'a t
  type 'a t

  val make : 'a queue -> 'a t

  (** The next item, or [None] at the end. *)
  val next : 'a t -> 'a option

  module Saved : sig
    val save : 'a t -> string -> unit
    val load : string -> 'a t
  end
end

module Make (Item : ITEM) : sig
  val sorted : Item.t t -> Item.t list
  val find : Item.t t -> (Item.t -> bool) -> Item.t option
end

module Default = Cursor

class type watcher = object
  method notify : string -> unit
  method private count : int
end

class logger : string -> watcher
