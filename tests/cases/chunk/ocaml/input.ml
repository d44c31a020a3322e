(** Rivers: where they come from and where they go. *)

open Printf
open! Base
include Comparable.Make (Name)

module Name = String
module Names = Map.Make (Name)

exception Dry of string
exception Lost of { name : string; at : float }

(** What a river is made of. *)
type kind =
  | Spring  (** Out of the ground. *)
  | Glacier of { height : int }
  | Confluence of kind list

type t = {
  name : string;
  mutable length : float;  (* kilometres *)
  kind : kind;
}

and basin = { rivers : t list; area : float }

type 'a tree = Leaf | Node of 'a tree * 'a * 'a tree
type flow = float
type _ expression = Int : int -> int expression | Bool : bool -> bool expression

let tolerance = 0.5
let known : (string, t) Hashtbl.t = Hashtbl.create 16
let first, second = ("Rhine", "Main")

external now : unit -> float = "caml_sys_time"

(** How long all rivers are together. *)
let total rivers =
  let add sum river = sum +. river.length in
  List.fold_left add 0.0 rivers

let rec sources = function
  | Spring -> 1
  | Glacier { height } when height > 3_000 -> 2
  | Glacier _ -> 1
  | Confluence kinds -> List.fold_left (fun sum kind -> sum + sources kind) 0 kinds

and deepest kinds = List.fold_left (fun most kind -> max most (sources kind)) 0 kinds

let ( +^ ) a b = { a with length = a.length +. b.length }

let%test "nothing is nothing" = total [] = 0.0

module type SOURCE = sig
  type t

  val name : t -> string
  (** Says what people call it. *)

  val flow : t -> flow
end

module Gauge (Source : SOURCE) = struct
  type state = { mutable last : flow; source : Source.t }

  let make source = { last = 0.0; source }

  (** Reads the gauge, and complains when there is no water. *)
  let read state =
    let flow = Source.flow state.source in
    if flow < tolerance then begin
      eprintf "%s: %.1f\n" (Source.name state.source) flow;
      raise (Dry (Source.name state.source))
    end
    else state.last <- flow;
    match state.last with
    | 0.0 -> None
    | flow when flow < 1.0 -> Some (`Low flow)
    | flow ->
      let rec digits n = if n < 10.0 then 1 else 1 + digits (n /. 10.0) in
      Some (`High (flow, digits flow))

  let rec watch ?(times = 3) state =
    if times > 0 then begin
      ignore (read state);
      watch ~times:(times - 1) state
    end
end

class virtual boat (name : string) = object (self)
  inherit thing
  val mutable position = 0.0
  val virtual speed : float
  method name = name
  method virtual sink : unit -> unit

  method move hours =
    position <- position +. (hours *. speed);
    self#report

  method private report = printf "%s is at %.1f\n" name position

  initializer printf "%s is launched\n" name
end

let () =
  let rivers = Hashtbl.fold (fun _ river all -> river :: all) known [] in
  printf "%.0f km of rivers, %d of them\n" (total rivers) (List.length rivers)
